#include "tests/agent/redact/labelled/line_patterns.h"

namespace tailrace {
namespace {

constexpr std::string_view kJwt[] = {
    "token=`pair_jwt` user=ada",
    "Authorization: Bearer `auth_jwt`",
    "cookie: session=`jwt`; Path=/",
    "id_token `jwt` rejected: expired",
    R"({"jwt":"`jwt`","id":`n5`})",
    "GET /cb?jwt=`jwt`&x=1 HTTP/1.1",
    "got `jwt`",
    "verified (`jwt`) in `decimal` ms",
    "jwt:`jwt`",
    "redirect to /cb#id=`jwt`",
    R"({"access_token":"`pair_jwt`","expires_in":3600})",
};
constexpr std::string_view kAws[] = {
    "AWS_ACCESS_KEY_ID=`aws_access` region=eu-west-1",
    "key `aws_access` used from `host`",
    "aws_secret_access_key = `pair_aws_secret`",
    R"({"AccessKeyId":"`aws_access`","SecretAccessKey":"`pair_aws_secret`"})",
    "GET /b?X-Amz-Credential=`aws_access`/20240501/us-east-1/s3/aws4_request",
    "InvalidClientTokenId: `aws_access`",
    "AWS_SECRET_ACCESS_KEY=`pair_aws_secret`",
    "aws_access_key=`pair_aws_access` rotated",
    "rotated (`aws_access`) to `aws_access`.",
    R"(credentials: "`aws_access`")",
};
constexpr std::string_view kGcp[] = {
    "GET https://maps.googleapis.com/maps/api/js?key=`gcp_api`&v=3",
    "GOOGLE_API_KEY=`pair_gcp`",
    "client_secret=`pair_gcp`&grant_type=refresh_token",
    R"({"access_token":"`pair_gcp`","expires_in":3599})",
    "using `gcp_api` for geocoding",
    "oauth client secret \"`gcp_secret`\" loaded",
    "refreshed `gcp_access` in `decimal` ms",
    "X-Goog-Api-Key: `pair_gcp`",
    "key='`gcp`'",
};
constexpr std::string_view kGithub[] = {
    "GITHUB_TOKEN=`pair_github`",
    "clone https://`userinfo_github`@github.com/acme/shop.git",
    "Authorization: token `auth_github`",
    "bad credentials for `github`",
    R"({"pat":"`github`"})",
    "gh auth with (`github`)",
    "leaked `github`.",
    "gh_token: `pair_github`",
};
constexpr std::string_view kSlack[] = {
    "SLACK_BOT_TOKEN=`pair_slack`", "post https://hooks.slack.com/services/`slack_hook` 200",
    "token `slack` was revoked",    R"({"bot":"`slack`","team":"`word`"})",
    "connecting with `slack`",      "webhook=\"https://hooks.slack.com/services/`slack_hook`\"",
    "invalid_auth: '`slack`'",
};
constexpr std::string_view kStripe[] = {
    "Stripe key `stripe` expired",
    "STRIPE_SECRET_KEY=`pair_stripe`",
    "Authorization: Bearer `auth_stripe`",
    "endpoint secret `stripe_hook` does not match",
    R"({"stripe":"`stripe`"})",
    "Invalid API Key provided: `stripe`",
    "using (`stripe`) in `word`",
    "curl -u `stripe`: https://api.stripe.com/v1/charges",
};
constexpr std::string_view kAuthorization[] = {
    "Authorization: Bearer `bearer`",
    "> authorization: Basic `basic`",
    R"({"headers":{"Authorization":"Bearer `bearer`","Accept":"*/*"}})",
    "curl -H 'Authorization: Bearer `bearer`' https://api.shop.test",
    "Proxy-Authorization: Basic `basic`",
    "headers={'authorization': 'token `bearer`', 'accept': '*/*'}",
    "Authorization: Digest `digest`",
    "sent Bearer `bearer` to `host`",
    "auth header: Basic `basic`",
    "Authorization: AWS4-HMAC-SHA256 `sigv4`",
    "Authorization: ApiKey `basic`",
    "Authorization: `raw_authorization`",
    "map[Accept:[*/*] Authorization:[Bearer `bearer`]]",
    "authorization=\"Bearer `bearer`\" path=`path`",
    R"(req.headers.authorization="Basic `basic`")",
    R"(body={\"authorization\":\"Bearer `bearer`\"} len=`n3`)",
};
constexpr std::string_view kUserinfo[] = {
    "connecting to postgres://`userinfo`@`url_host`:5432/shop",
    "redis://`userinfo`@`url_host`:6379/0 down",
    "clone https://`userinfo`@`url_host`/acme/shop.git",
    "broker=amqp://`userinfo`@`url_host`/vhost",
    R"({"dsn":"https://`userinfo`@`url_host`/42"})",
    "mongodb+srv://`userinfo`@`url_host`/?retryWrites=true",
    "proxy http://`userinfo`@`url_host`:3128, retry `n2`",
    "DATABASE_URL=mysql://`userinfo`@`url_host`/shop",
    "fetch 'ftp://`userinfo`@`url_host`/a.csv'",
    "(https://`userinfo`@`url_host`)",
};
constexpr std::string_view kPrivateKey[] = {
    "loaded key `pem`",
    R"({"private_key":"`pair_pem`","type":"service_account"})",
    R"({"pem":"`pem_folded`"})",
    "cert and key: `pem` for `host`",
    "`pem`",
    "gpg: `pem_pgp`",
    "tls.key: |\n`pem`\n",
    "TLS_KEY_PEM=\"`pem_folded`\"",
};
constexpr std::string_view kPassword[] = {
    "password=`password` user=app",
    "user=bob password=`password` host=db",
    R"({"user":"bob","password":"`password_quoted`"})",
    "DB_PASSWORD=`password`",
    "POST /login user=ada&password=`password_query`&remember=1",
    "Password: `password`",
    "passwd: '`password_quoted`'",
    "run --password `password` --host db",
    "run --password=`password` --host db",
    "jdbc:postgresql://db/shop?user=app&password=`password_query`",
    "Server=db;User Id=sa;Password=`password_query`;Encrypt=yes",
    "{'user': 'bob', 'password': '`password_quoted`'}",
    R"({:user=>"bob", :password=>"`password_quoted`"})",
    R"(Parameters: {"login"=>"bob", "password"=>"`password_quoted`"})",
    "api_key=`api_key` region=eu",
    "X-Api-Key: `api_key`",
    "client_secret=`api_key`&scope=read",
    "GET /v1?access_token=`api_key`&expires_in=3600 HTTP/1.1",
    R"({"refresh_token":"`api_key`"})",
    "secret: `api_key`",
    "<password>`password_query`</password>",
    "CREATE USER app PASSWORD '`password_quoted`'",
    "spring.datasource.password=`password`",
    "MYSQL_ROOT_PASSWORD: `password`",
    R"(payload={\"password\":\"`password_query`\",\"n\":`n2`})",
    "pwd=`password` uid=sa",
    "token=`api_key` ok",
    "passphrase=\"`phrase`\" file=id_rsa",
    "{User:bob Password:`password_query`}",
    "x-auth-token: `api_key`",
    "auth_token=`api_key`",
    "[password] => `password_query`",
    "password = `password`",
    R"({"newPassword":"`password_quoted`","passwordConfirmation":"`password_quoted`"})",
    "apikey=`api_key`",
};
constexpr HitPatterns kAll[] = {
    {"jwt", kJwt},
    {"aws_key", kAws},
    {"gcp_key", kGcp},
    {"github_key", kGithub},
    {"slack_key", kSlack},
    {"stripe_key", kStripe},
    {"authorization", kAuthorization},
    {"url_userinfo", kUserinfo},
    {"private_key", kPrivateKey},
    {"password", kPassword},
};

}  // namespace

std::span<const HitPatterns> CredentialHits() { return kAll; }

}  // namespace tailrace
