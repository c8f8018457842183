# cmake -DROOT=DIR -DFILES=a,b -DOUTPUT=x.cc -P embed_files.cmake
#   Writes the definition of EmbeddedFiles() (parsers/patterns/embedded_files.h) with these files, so
#   that the program needs none of them where it runs.
string(REPLACE "," ";" paths "${FILES}")
set(entries "")
foreach(path IN LISTS paths)
  file(READ "${ROOT}/${path}" text)
  string(APPEND entries "    {\"${path}\", R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"parsers/patterns/embedded_files.h\"

namespace tailrace {
namespace {

constexpr EmbeddedFile kFiles[] = {
${entries}};

}  // namespace

std::span<const EmbeddedFile> EmbeddedFiles() { return kFiles; }

}  // namespace tailrace
")
