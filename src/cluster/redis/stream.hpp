#pragma once

#include "base/result.hpp"
#include "cluster/redis/address.hpp"
#include "cluster/redis/tls.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace quickclinic::redis {

/// Bytes to and from one server, over TCP or TLS.
///
/// One connect, then one read and one write at a time. Every answer comes from the loop, never from
/// within a call, and none after `close`. Single-threaded. Kept alive by its operations.
class Stream {
 public:
  using Done = std::function<void(Result<>)>;
  using Read = std::function<void(Result<std::string_view>)>;  ///< the bytes last for the call

  virtual ~Stream() = default;
  virtual void connect(const Address& address, Done done) = 0;
  virtual void read(Read done) = 0;
  virtual void write(std::string bytes, Done done) = 0;
  virtual void close() = 0;
};

/// With `tls`, the server has to prove that it is `address.host` when `verify_name` says so.
std::shared_ptr<Stream> make_stream(const boost::asio::any_io_executor& executor, TlsContext tls,
                                    bool verify_name);

}  // namespace quickclinic::redis
