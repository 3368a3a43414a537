#include "server/web/test_pack.hpp"

#include "json/json.hpp"

namespace quickclinic::web::test {

std::string pack_of(const std::vector<PackedText>& files) {
  std::string bodies;
  const auto place = [&](const std::string& text) {
    json::Object body{{"at", bodies.size()}, {"size", text.size()}, {"tag", "\"" + text + "\""}};
    bodies += text;
    return body;
  };
  json::Array entries;
  for (const PackedText& file : files) {
    json::Object coded{{"identity", place(file.identity)}};
    if (file.br) coded["br"] = place(*file.br);
    if (file.gzip) coded["gzip"] = place(*file.gzip);
    const bool page = file.path.ends_with(".html");
    json::Object entry{{"path", file.path},
                       {"type", page ? "text/html; charset=utf-8" : "text/plain"},
                       {"bodies", std::move(coded)}};
    if (page) entry["policy"] = "default-src " + file.path;
    entries.push_back(std::move(entry));
  }
  const std::string index = json::to_text(json::Object{{"files", std::move(entries)}});
  return "quickclinic-web 1 " + std::to_string(index.size()) + "\n" + index + bodies;
}

std::string small_pack() {
  return pack_of({{"/index.html", "home in full", "home br", "home gzip"},
                  {"/404.html", "not there"},
                  {"/login.html", "login"},
                  {"/login.txt", "login for the router"},
                  {"/doctor/chat/_.html", "any chat"},
                  {"/doctor/chat/_.txt", "any chat for the router"},
                  {"/doctor/chat/_/__next._tree.txt", "a piece of any chat"},
                  {"/_next/static/a.js", "script in full", "script br"}});
}

}  // namespace quickclinic::web::test
