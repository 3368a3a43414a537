#include "tests/support/http_client.hpp"

#include <algorithm>
#include <cctype>

namespace quickclinic::testing {

std::string HttpClient::format(std::string_view method, std::string_view target,
                               std::string_view body, std::string_view headers) {
  std::string request = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n";
  request += "Host: clinic.test\r\n";
  request += headers;
  if (method == "POST") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  request += "\r\n";
  request += body;
  return request;
}

bool HttpClient::read_more() {
  const std::string more = socket_.read_some();
  unread_ += more;
  return !more.empty();
}

HttpAnswer HttpClient::receive() {
  HttpAnswer answer;
  while (unread_.find("\r\n\r\n") == std::string::npos) {
    if (!read_more()) return answer;
  }
  const std::size_t head_end = unread_.find("\r\n\r\n");
  const std::string head = unread_.substr(0, head_end + 2);
  unread_.erase(0, head_end + 4);
  answer.status = static_cast<unsigned>(std::stoul(head.substr(head.find(' ') + 1, 3)));
  for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
    const std::size_t end = head.find("\r\n", at);
    const std::size_t colon = head.find(':', at);
    std::string name = head.substr(at, colon - at);
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string& value = answer.headers[name];
    if (!value.empty()) value += '\n';
    value += head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  const auto length = answer.headers.find("content-length");
  const std::size_t bytes = length == answer.headers.end() ? 0 : std::stoul(length->second);
  while (unread_.size() < bytes && read_more()) {
  }
  answer.body = unread_.substr(0, bytes);
  unread_.erase(0, answer.body.size());
  return answer;
}

HttpAnswer HttpClient::request(std::string_view method, std::string_view target,
                               std::string_view body, std::string_view headers) {
  send(method, target, body, headers);
  return receive();
}

}  // namespace quickclinic::testing
