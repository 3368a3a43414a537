// A polling POST as a browser sends it, and the payload in it.
#include "engineio/payload.hpp"
#include "transport/http_parser.hpp"
#include "transport/http_query.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace {

using namespace quickclinic;

constexpr std::string_view body =
    R"(427["send_message",{"text":"Good morning","clientMessageId":"web-1"}])";

std::string post() {
  return "POST /socket.io/?EIO=4&transport=polling&t=x1b2c3d4&sid=AbCdEfGhIjKlMnOpQrSt HTTP/1.1\r\n"
         "Host: clinic.example:4000\r\n"
         "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
         "Accept: */*\r\n"
         "Accept-Language: en-GB,en;q=0.5\r\n"
         "Accept-Encoding: gzip, deflate\r\n"
         "Content-Type: text/plain;charset=UTF-8\r\n"
         "Content-Length: " +
         std::to_string(body.size()) +
         "\r\n"
         "Origin: http://clinic.example:3000\r\n"
         "Connection: keep-alive\r\n"
         "Referer: http://clinic.example:3000/\r\n"
         "Cookie: token=eyJhbGciOiJIUzI1NiJ9.eyJpZCI6InUxIn0.c2lnbmF0dXJl\r\n"
         "\r\n" +
         std::string(body);
}

void http_parse_post(benchmark::State& state) {
  const std::string request = post();
  transport::HttpParser parser;
  for (auto _ : state) {
    std::string_view rest = request;
    while (!parser.complete()) rest.remove_prefix(parser.feed(rest).value());
    benchmark::DoNotOptimize(parser.take());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(request.size()));
}
BENCHMARK(http_parse_post);

void http_query(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        transport::Query::parse("EIO=4&transport=polling&t=x1b2c3d4&sid=AbCdEfGhIjKlMnOpQrSt"));
  }
}
BENCHMARK(http_query);

void payload_read(benchmark::State& state) {
  for (auto _ : state) {
    engineio::PayloadReader reader(body);
    benchmark::DoNotOptimize(reader.next());
    benchmark::DoNotOptimize(reader.next());
  }
}
BENCHMARK(payload_read);

}  // namespace
