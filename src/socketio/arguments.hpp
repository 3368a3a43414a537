#pragma once

#include "base/result.hpp"
#include "json/described.hpp"
#include "socketio/packet.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace quickclinic::socketio {

/// Raw bytes as an argument, or anywhere inside of one: on the wire they are an attachment.
using Bytes = json::Bytes;

/// Writes values that become the arguments of a packet. Bytes become attachments, with placeholders
/// where they stood.
class ArgumentsWriter final : public json::ValueWriter {
 public:
  void bytes(std::string_view bytes) override;
  /// What was written, which has to be `count` values.
  Arguments finish(std::size_t count);

 private:
  std::vector<std::string> attachments_;
};

/// The same as text: quicker, where it turns out that there are no bytes.
class ArgumentsText final : public json::TextWriter {
 public:
  ArgumentsText();
  void bytes(std::string_view bytes) override;
  /// The JSON array. Nothing when there were bytes in it, for which it has no place.
  std::optional<std::string_view> finish();

 private:
  std::string text_;
  bool met_bytes_ = false;
};

/// Reads arguments one after the other into C++ types. Bytes are copied out of the attachments,
/// each of which may be named once. Borrows what it is made of.
class ArgumentsReader {
 public:
  ArgumentsReader(const json::Array& values, std::span<const std::string> attachments)
      : values_(values), source_(attachments), reader_(&source_) {}

  /// Reads the next argument; one that is a std::optional may be missing. False when it does not
  /// fit.
  template <class T>
  bool next(T& out) {
    const json::Value* value = following();
    if constexpr (json::detail::is_optional<T>) {
      if (value == nullptr || value->is_null()) return true;
    }
    return value == nullptr ? missing() : json::read(reader_, *value, out);
  }

  /// Passes over the next `count` arguments.
  void skip(std::size_t count) { read_ += count; }

  /// `argument 1: text: must be a string, not a number`, after a failure.
  Error error() const;

 private:
  class Attachments final : public json::ByteSource {
   public:
    explicit Attachments(std::span<const std::string> bytes) : bytes_(bytes) {}
    bool take(const json::Value& value, std::string& out) override;

   private:
    std::span<const std::string> bytes_;
    std::vector<bool> taken_;  // a packet may name one attachment any number of times
  };

  const json::Value* following();
  bool missing();

  const json::Array& values_;
  std::size_t read_ = 0;
  bool missing_ = false;
  Attachments source_;
  json::Reader reader_;
};

/// The arguments of an event or an answer from any mix of strings, numbers, described structs,
/// bytes, and whatever else `json/described_types.hpp` names: `socket.emit("taken",
/// make_arguments(id, Receipt{…}, nullptr));`
template <json::Writable... T>
Arguments make_arguments(const T&... values) {
  ArgumentsWriter writer;
  (json::write(writer, values), ...);
  return writer.finish(sizeof...(T));
}

/// Reads the argument at `index`, out of what a client has answered for instance. Fails with
/// `JsonError::wrong_type`.
template <json::Readable T>
Result<T> read_argument(const Arguments& arguments, std::size_t index = 0) {
  ArgumentsReader reader(arguments.values, arguments.attachments);
  reader.skip(index);
  T out{};
  if (!reader.next(out)) return std::unexpected(reader.error());
  return out;
}

}  // namespace quickclinic::socketio
