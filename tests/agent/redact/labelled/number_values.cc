#include <string>

#include "tests/agent/redact/labelled/value_maker.h"

namespace tailrace {
namespace {

// The digit that makes the sum of ISO/IEC 7812-1 annex B a multiple of ten.
char LuhnDigit(std::string_view digits) {
  int sum = 0;
  bool twice = true;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, twice = !twice) {
    const int value = (*digit - '0') * (twice ? 2 : 1);
    sum += value / 10 + value % 10;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

struct Issuer {
  std::string_view prefix;
  size_t length;
};
constexpr Issuer kIssuers[] = {
    {"4", 16},    {"4", 16},    {"4", 16},    {"51", 16},     {"52", 16},   {"55", 16},
    {"2221", 16}, {"2499", 16}, {"2720", 16}, {"34", 15},     {"37", 15},   {"6011", 16},
    {"65", 16},   {"644", 16},  {"3528", 16}, {"3589", 16},   {"36", 14},   {"300", 14},
    {"38", 14},   {"62", 16},   {"62", 19},   {"622126", 16}, {"5018", 16}, {"6759", 16},
};

std::string CardDigits(Dice& dice) {
  const Issuer& issuer = dice.Pick(kIssuers);
  std::string digits(issuer.prefix);
  digits += dice.From(kDigits, issuer.length - 1 - digits.size());
  return digits + LuhnDigit(digits);
}

std::string Grouped(std::string_view digits, char separator) {
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    const bool amex = digits.size() == 15 || digits.size() == 14;
    if (amex ? i == 4 || i == 10 : i > 0 && i % 4 == 0) text += separator;
    text += digits[i];
  }
  return text;
}

std::string SpacedCard(Dice& dice) { return Grouped(CardDigits(dice), ' '); }
std::string DashedCard(Dice& dice) { return Grouped(CardDigits(dice), '-'); }
std::string AnyCard(Dice& dice) {
  const unsigned form = dice.Below(4);
  return form == 0 ? SpacedCard(dice) : form == 1 ? DashedCard(dice) : CardDigits(dice);
}
// Right but for its check digit.
std::string WrongCard(Dice& dice) {
  std::string digits = CardDigits(dice);
  digits.back() = static_cast<char>('0' + (digits.back() - '0' + 1 + dice.Below(9)) % 10);
  return dice.OneIn(3) ? Grouped(digits, dice.OneIn(2) ? ' ' : '-') : digits;
}
// Right but for its issuer: nobody issues cards that begin with 0, 1, 7, 8 or 9.
std::string UnissuedCard(Dice& dice) {
  std::string digits = dice.From("01789", 1) + dice.From(kDigits, 14);
  return digits + LuhnDigit(digits);
}

// The BBAN as in the registry of ISO 13616: n digits, a upper-case letters, c either.
struct Country {
  std::string_view code;
  std::string_view bban;
};
constexpr Country kCountries[] = {
    {"DE", "nnnnnnnnnnnnnnnnnn"},
    {"GB", "aaaannnnnnnnnnnnnn"},
    {"FR", "nnnnnnnnnncccccccccccnn"},
    {"NL", "aaaannnnnnnnnn"},
    {"ES", "nnnnnnnnnnnnnnnnnnnn"},
    {"IT", "annnnnnnnnncccccccccccc"},
    {"CH", "nnnnncccccccccccc"},
    {"AT", "nnnnnnnnnnnnnnnn"},
    {"BE", "nnnnnnnnnnnn"},
    {"SE", "nnnnnnnnnnnnnnnnnnnn"},
    {"NO", "nnnnnnnnnnn"},
    {"PL", "nnnnnnnnnnnnnnnnnnnnnnnn"},
    {"PT", "nnnnnnnnnnnnnnnnnnnnn"},
    {"IE", "aaaannnnnnnnnnnnnn"},
    {"MT", "aaaannnnncccccccccccccccccc"},
    {"SA", "nncccccccccccccccccc"},
    {"BR", "nnnnnnnnnnnnnnnnnnnnnnnac"},
    {"TR", "nnnnnncccccccccccccccc"},
};

int Mod97(std::string_view text) {
  int rest = 0;
  for (char c : text) {
    rest = c <= '9' ? (rest * 10 + c - '0') % 97 : (rest * 100 + c - 'A' + 10) % 97;
  }
  return rest;
}

std::string IbanText(Dice& dice) {
  const Country& country = dice.Pick(kCountries);
  std::string bban;
  for (char kind : country.bban) {
    bban += dice.From(kind == 'n' ? kDigits : kind == 'a' ? kUpper : kBase32, 1);
  }
  const int check = 98 - Mod97(bban + std::string(country.code) + "00");
  const std::string digits = {static_cast<char>('0' + check / 10),
                              static_cast<char>('0' + check % 10)};
  return std::string(country.code) + digits + bban;
}
std::string InFours(std::string_view text) {
  std::string grouped;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i % 4 == 0) grouped += ' ';
    grouped += text[i];
  }
  return grouped;
}
std::string GroupedIban(Dice& dice) { return InFours(IbanText(dice)); }
std::string WrongIban(Dice& dice) {
  std::string text = IbanText(dice);
  char& digit = text[3];
  digit = static_cast<char>('0' + (digit - '0' + 1 + dice.Below(9)) % 10);
  return dice.OneIn(3) ? InFours(text) : text;
}
std::string ShortIban(Dice& dice) {
  const std::string text = IbanText(dice);
  return text.substr(0, text.size() - 1 - dice.Below(3));
}

std::string SocialSecurity(Dice& dice, std::string_view separator) {
  unsigned area = dice.Between(1, 898);
  if (area >= 666) ++area;
  char digits[16];
  std::snprintf(digits, sizeof(digits), "%03u%02u%04u", area, dice.Between(1, 99),
                dice.Between(1, 9999));
  const std::string text(digits);
  return text.substr(0, 3) + std::string(separator) + text.substr(3, 2) + std::string(separator) +
         text.substr(5);
}
std::string Ssn(Dice& dice) { return SocialSecurity(dice, "-"); }
std::string SpacedSsn(Dice& dice) { return SocialSecurity(dice, " "); }
std::string PlainSsn(Dice& dice) { return SocialSecurity(dice, ""); }
// Numbers that are never given out.
std::string WrongSsn(Dice& dice) {
  switch (dice.Below(4)) {
    case 0:
      return "000-" + dice.Number(10, 99) + "-" + dice.Number(1000, 9999);
    case 1:
      return dice.Number(900, 999) + "-" + dice.Number(10, 99) + "-" + dice.Number(1000, 9999);
    case 2:
      return dice.Number(100, 665) + "-00-" + dice.Number(1000, 9999);
    default:
      return dice.Number(100, 665) + "-" + dice.Number(10, 99) + "-0000";
  }
}
std::string ThreeTwoFive(Dice& dice) {
  return dice.Number(100, 665) + "-" + dice.Number(10, 99) + "-" + dice.Number(10000, 99999);
}

std::string NorthAmerican(Dice& dice, std::string_view form) {
  // Neither part begins with 0 or 1 or is N11; area codes have no 9 in the middle.
  const std::string area =
      dice.From("23456789", 1) + dice.From("02345678", 1) + dice.From("023456789", 1);
  const std::string exchange =
      dice.From("23456789", 1) + dice.From("023456789", 1) + dice.From("0123456789", 1);
  std::string text;
  for (char c : form) {
    if (c == 'A') {
      text += area;
    } else if (c == 'E') {
      text += exchange;
    } else if (c == 'L') {
      text += dice.From(kDigits, 4);
    } else {
      text += c;
    }
  }
  return text;
}
constexpr std::string_view kUsForms[] = {"(A) E-L", "A-E-L",      "A.E.L",     "A E L",
                                         "1-A-E-L", "(A)E-L",     "+1 A E L",  "+1-A-E-L",
                                         "+1AEL",   "+1 (A) E-L", "1 (A) E-L", "+1.A.E.L"};
std::string UsPhone(Dice& dice) { return NorthAmerican(dice, dice.Pick(kUsForms)); }
std::string PlainUsPhone(Dice& dice) { return NorthAmerican(dice, "AEL"); }
constexpr std::string_view kWorldForms[] = {
    "+44 20 7### ####",  "+44 7### ######",   "+4420########",     "+49 30 #######",
    "+49 (0)89 ######",  "+4915#########",    "+33 6 ## ## ## ##", "+336########",
    "+39 06 #### ####",  "+34 6## ### ###",   "+31 6 ########",    "+91 98### #####",
    "+9198########",     "+86 13# #### ####", "+81 3-####-####",   "+61 4## ### ###",
    "+55 11 9####-####", "+7 495 ###-##-##",  "+7916#######",      "+351 21 ### ####",
    "+48 22 ### ## ##",  "+46-70-### ## ##",  "+972-50-###-####",  "+353 1 ### ####",
};
std::string FillDigits(Dice& dice, std::string_view form) {
  std::string text(form);
  for (char& c : text) {
    if (c == '#') c = dice.From(kDigits, 1)[0];
  }
  return text;
}
std::string WorldPhone(Dice& dice) { return FillDigits(dice, dice.Pick(kWorldForms)); }
std::string PlainWorldPhone(Dice& dice) {
  std::string text;
  for (char c : WorldPhone(dice)) {
    if (c == '+' || (c >= '0' && c <= '9')) text += c;
  }
  const size_t trunk = text.find("490") == 1 ? 3 : std::string::npos;  // "+49 (0)89" is +4989.
  return trunk == std::string::npos ? text : text.erase(trunk, 1);
}
constexpr std::string_view kNationalForms[] = {"020 7### ####", "030/########", "06 ## ## ## ##",
                                               "0171-#######",  "07### ######", "089 ######"};
std::string NationalPhone(Dice& dice) { return FillDigits(dice, dice.Pick(kNationalForms)); }
std::string AnyPhone(Dice& dice) { return dice.OneIn(2) ? UsPhone(dice) : WorldPhone(dice); }
// Of the shape of a number of North America, but 0 and 1 begin no area code.
std::string PartNumber(Dice& dice) {
  return dice.From("01", 1) + dice.From(kDigits, 2) + "-" + dice.From(kDigits, 3) + "-" +
         dice.From(kDigits, 4);
}

constexpr ValueMaker kMakers[] = {
    {"card", AnyCard, "credit_card"},
    {"card_plain", CardDigits, "credit_card"},
    {"card_spaced", SpacedCard, "credit_card"},
    {"card_dashed", DashedCard, "credit_card"},
    {"wrong_card", WrongCard, ""},
    {"unissued_card", UnissuedCard, ""},
    {"iban", IbanText, "iban"},
    {"iban_grouped", GroupedIban, "iban"},
    {"wrong_iban", WrongIban, ""},
    {"short_iban", ShortIban, ""},
    {"ssn", Ssn, "us_ssn"},
    {"ssn_spaced", SpacedSsn, "us_ssn"},
    {"ssn_plain", PlainSsn, "us_ssn"},
    {"wrong_ssn", WrongSsn, ""},
    {"three_two_five", ThreeTwoFive, ""},
    {"phone", AnyPhone, "phone"},
    {"phone_us", UsPhone, "phone"},
    {"phone_us_plain", PlainUsPhone, "phone"},
    {"phone_world", WorldPhone, "phone"},
    {"phone_world_plain", PlainWorldPhone, "phone"},
    {"phone_national", NationalPhone, "phone"},
    {"part_number", PartNumber, ""},
};

}  // namespace

std::span<const ValueMaker> NumberMakers() { return kMakers; }

}  // namespace tailrace
