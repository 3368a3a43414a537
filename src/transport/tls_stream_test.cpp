#include "transport/tls_stream.hpp"

#include "transport/test_certificate.hpp"
#include "transport/transport_error.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::transport {
namespace {

// An OpenSSL client at the other end of a socket pair, driven by hand.
class Client {
 public:
  explicit Client(FileDescriptor socket) : socket_(std::move(socket)) {
    SSL_set_fd(tls_.get(), socket_.get());
    SSL_set_connect_state(tls_.get());
  }

  // One attempt; true when the handshake is over.
  bool shake_hands() { return SSL_do_handshake(tls_.get()) == 1; }
  bool write(std::string_view text) {
    return SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())) ==
           static_cast<int>(text.size());
  }
  // Everything there is now.
  std::string read() {
    std::string all;
    std::array<char, 4096> buffer{};
    for (int count = 0; (count = SSL_read(tls_.get(), buffer.data(), buffer.size())) > 0;) {
      all.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return all;
  }
  bool told_of_the_end() const {
    return (SSL_get_shutdown(tls_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  SSL* tls() { return tls_.get(); }
  void cut() { socket_.reset(); }
  int fd() const { return socket_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  FileDescriptor socket_;
  std::unique_ptr<SSL_CTX, Free> context_{SSL_CTX_new(TLS_client_method())};
  std::unique_ptr<SSL, Free> tls_{SSL_new(context_.get())};
};

class TlsStreamTest : public testing::Test {
 protected:
  TlsStreamTest() {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0);
    stream.emplace(FileDescriptor(fds[0]), context);
    client.emplace(FileDescriptor(fds[1]));
  }

  // Lets both sides take turns until the client is through; false when they get nowhere.
  bool connect() {
    for (int turn = 0; turn < 10; ++turn) {
      const bool done = client->shake_hands();
      last_read = stream->read(buffer);
      if (done && last_read.status == IoStatus::would_block) return true;
    }
    return false;
  }
  IoResult write(std::string_view text) {
    const iovec piece{const_cast<char*>(text.data()), text.size()};
    return stream->write(std::span(&piece, 1));
  }
  std::string_view read() {
    last_read = stream->read(buffer);
    return {buffer.data(), last_read.bytes};
  }

  TestCertificate certificate;
  TlsContext context = TlsContext::load(certificate.certificate(), certificate.key()).value();
  std::optional<TlsStream> stream;
  std::optional<Client> client;
  std::array<char, 65536> buffer{};
  IoResult last_read;
};

TEST_F(TlsStreamTest, CarriesBytesBothWaysAfterTheHandshake) {
  ASSERT_TRUE(connect());

  ASSERT_TRUE(client->write("question"));
  EXPECT_EQ(read(), "question");
  EXPECT_EQ(write("answer").bytes, 6U);
  EXPECT_EQ(client->read(), "answer");
}

TEST_F(TlsStreamTest, GathersPiecesIntoOneStream) {
  ASSERT_TRUE(connect());
  std::string long_piece(40'000, 'l');
  std::string short_piece = "s";
  const std::vector<iovec> pieces = {{short_piece.data(), 1},
                                     {nullptr, 0},
                                     {long_piece.data(), long_piece.size()},
                                     {short_piece.data(), 1}};

  const IoResult result = stream->write(pieces);

  EXPECT_EQ(result.bytes, long_piece.size() + 2);
  EXPECT_EQ(client->read(), "s" + long_piece + "s");
}

TEST_F(TlsStreamTest, TellsOfInputThatReadinessWillNotShow) {
  ASSERT_TRUE(connect());
  ASSERT_TRUE(client->write("two parts"));

  const IoResult first = stream->read(std::span(buffer).first(3));

  EXPECT_EQ(first.bytes, 3U);
  EXPECT_TRUE(stream->has_buffered_input());
  EXPECT_EQ(read(), " parts");
  EXPECT_FALSE(stream->has_buffered_input());
}

TEST_F(TlsStreamTest, KeepsARecordThatTheSocketHadNoRoomFor) {
  ASSERT_TRUE(connect());
  const std::string block(10'000, 'b');
  std::size_t taken = 0;
  while (!stream->wants_write()) taken += write(block).bytes;

  std::string received;
  for (int turn = 0; turn < 1000 && received.size() < taken; ++turn) {
    received += client->read();
    EXPECT_NE(stream->write({}).status, IoStatus::failed);
  }

  EXPECT_EQ(received.size(), taken);
  EXPECT_FALSE(stream->wants_write());
}

TEST_F(TlsStreamTest, TakesDifferentBytesAfterARecordIsStuck) {
  ASSERT_TRUE(connect());
  const std::string block(10'000, 'b');
  std::size_t taken = 0;
  while (!stream->wants_write()) taken += write(block).bytes;
  std::string received = client->read();

  EXPECT_EQ(write("!").bytes, 1U);
  received += client->read();

  EXPECT_EQ(received.size(), taken + 1);
  EXPECT_TRUE(received.ends_with("b!"));
}

TEST_F(TlsStreamTest, TakesNothingBeforeTheHandshake) {
  EXPECT_EQ(write("early").status, IoStatus::would_block);
  EXPECT_EQ(read(), "");
  EXPECT_EQ(last_read.status, IoStatus::would_block);

  ASSERT_TRUE(connect());
  EXPECT_EQ(client->read(), "");
}

TEST_F(TlsStreamTest, EndsWhenThePeerSaysSo) {
  ASSERT_TRUE(connect());
  ASSERT_TRUE(client->write("last words"));
  SSL_shutdown(client->tls());

  EXPECT_EQ(read(), "last words");
  EXPECT_EQ(read(), "");
  EXPECT_EQ(last_read.status, IoStatus::end);
}

TEST_F(TlsStreamTest, EndsWhenTheConnectionIsCut) {
  ASSERT_TRUE(connect());
  client->read();  // closing with unread bytes (the session tickets) would be a reset
  client->cut();

  read();

  EXPECT_EQ(last_read.status, IoStatus::end);
}

TEST_F(TlsStreamTest, FailsWithoutASignalWhenThePeerIsGone) {
  ASSERT_TRUE(connect());
  client->cut();

  EXPECT_EQ(write("too late").status, IoStatus::failed);
  EXPECT_EQ(write("still").status, IoStatus::failed);
}

TEST_F(TlsStreamTest, SaysGoodbyeToThePeer) {
  ASSERT_TRUE(connect());

  stream->shutdown();
  client->read();

  EXPECT_TRUE(client->told_of_the_end());
}

TEST_F(TlsStreamTest, FailsOnBytesThatAreNoTls) {
  const std::string_view plain = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  ASSERT_EQ(::send(client->fd(), plain.data(), plain.size(), 0),
            static_cast<ssize_t>(plain.size()));

  read();

  EXPECT_EQ(last_read.status, IoStatus::failed);
  EXPECT_EQ(write("x").status, IoStatus::failed);
}

TEST_F(TlsStreamTest, RefusesVersionsBefore12) {
  SSL_set_max_proto_version(client->tls(), TLS1_1_VERSION);

  EXPECT_FALSE(connect());
  EXPECT_EQ(last_read.status, IoStatus::failed);
}

TEST_F(TlsStreamTest, RefusesRenegotiation) {
  SSL_set_max_proto_version(client->tls(), TLS1_2_VERSION);
  ASSERT_TRUE(connect());

  SSL_renegotiate(client->tls());
  bool renegotiated = false;
  for (int turn = 0; turn < 5; ++turn) {
    renegotiated = renegotiated || client->shake_hands();
    read();
  }

  EXPECT_FALSE(renegotiated);
  EXPECT_NE(last_read.status, IoStatus::ok);
}

TEST_F(TlsStreamTest, ChoosesHttp11FromTheOffer) {
  const std::string offer = "\x02h2\x08http/1.1";
  SSL_set_alpn_protos(client->tls(), reinterpret_cast<const unsigned char*>(offer.data()),
                      static_cast<unsigned>(offer.size()));

  ASSERT_TRUE(connect());

  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(client->tls(), &chosen, &size);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(chosen), size), "http/1.1");
}

TEST(TlsContextLoad, NamesTheFileItCannotUse) {
  const TestCertificate certificate;

  const auto context = TlsContext::load("/nonexistent/cert.pem", certificate.key());

  ASSERT_FALSE(context);
  EXPECT_TRUE(context.error().context.contains("/nonexistent/cert.pem"));
}

TEST(TlsContextLoad, RefusesTheKeyOfAnotherCertificate) {
  const TestCertificate one;
  const TestCertificate two;

  const auto context = TlsContext::load(one.certificate(), two.key());

  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().code, make_error_code(TransportError::bad_certificate));
}

}  // namespace
}  // namespace quickclinic::transport
