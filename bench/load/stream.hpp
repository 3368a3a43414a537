#pragma once

#include "load/loop.hpp"

#include <netinet/in.h>

#include <string>
#include <string_view>

namespace quickclinic::load {

/// A TCP connection to the server under load, never blocking. Owned by a session, which must
/// outlive it.
///
/// Keeps what arrived of an unfinished message and what the kernel would not take yet; between
/// messages it holds no buffer. What is sent while bytes are being received leaves together, in one
/// system call, when the receiver is done.
class Stream final : private Loop::Watcher {
 public:
  class Owner {
   public:
    virtual void connected(Stream& stream) = 0;
    /// Returns how many of `bytes` it has taken; the others come again with those that follow them.
    virtual std::size_t received(Stream& stream, std::string_view bytes) = 0;
    /// The server has closed. May close the stream or destroy it.
    virtual void ended(Stream& stream) = 0;

   protected:
    ~Owner() = default;
  };

  Stream(Loop& loop, Owner& owner) : loop_(loop), owner_(owner) {}
  ~Stream() { close(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Begins to connect. Each thousandth stream takes another source address of 127/8, since one
  /// address has ports for some 28,000 connections to the same server. Throws `Failure`, here or
  /// from the loop, when it does not succeed.
  void connect(const sockaddr_in& server);
  void send(std::string_view bytes);
  void close() noexcept;  ///< with all that is unread and unsent; may connect again
  bool open() const noexcept { return descriptor_ >= 0; }

 private:
  void ready(std::uint32_t events) override;
  void finish_connecting();
  void receive();
  void flush();

  Loop& loop_;
  Owner& owner_;
  int descriptor_ = -1;
  bool connecting_ = false;
  bool receiving_ = false;
  bool waits_to_write_ = false;
  std::string unread_;
  std::string unsent_;
};

}  // namespace quickclinic::load
