#pragma once

#include "json/json.hpp"

#include <boost/json/value_stack.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace quickclinic::json {

/// Takes a value piece by piece, in the order in which JSON writes it. The caller keeps the order
/// legal: it ends what it begins, with the number of elements it announced, and gives each member a
/// name before its value. What makes these calls out of C++ types is in `json/described.hpp`.
class Writer {
 public:
  virtual ~Writer() = default;

  virtual void null() = 0;
  virtual void boolean(bool flag) = 0;
  virtual void integer(std::int64_t number) = 0;
  virtual void natural(std::uint64_t number) = 0;
  virtual void number(double number) = 0;
  virtual void text(std::string_view text) = 0;  ///< UTF-8
  /// Only where there is a place beside the JSON: a writer for plain JSON asserts that none come.
  virtual void bytes(std::string_view bytes) = 0;

  virtual void begin_array(std::size_t elements) = 0;
  virtual void end_array(std::size_t elements) = 0;
  virtual void begin_object(std::size_t members) = 0;
  virtual void name(std::string_view name) = 0;
  virtual void end_object(std::size_t members) = 0;

  /// What exists already, as a whole.
  void value(const Value& value);
  void array(const Array& array);
  void object(const Object& object);
};

/// Appends JSON text. Commas come by themselves, also after what was in `out` before unless that
/// ends in an opening bracket, a colon or a comma, or is empty.
class TextWriter : public Writer {
 public:
  explicit TextWriter(std::string& out) : out_(out) {}

  void null() override;
  void boolean(bool flag) override;
  void integer(std::int64_t number) override;
  void natural(std::uint64_t number) override;
  void number(double number) override;
  void text(std::string_view text) override;
  void bytes(std::string_view bytes) override;
  void begin_array(std::size_t elements) override;
  void end_array(std::size_t elements) override;
  void begin_object(std::size_t members) override;
  void name(std::string_view name) override;
  void end_object(std::size_t members) override;

 private:
  void separate();
  std::string& out_;
};

/// Builds a `Value`, which owns all that is in it.
class ValueWriter : public Writer {
 public:
  ValueWriter() { stack_.reset(); }

  void null() override;
  void boolean(bool flag) override;
  void integer(std::int64_t number) override;
  void natural(std::uint64_t number) override;
  void number(double number) override;
  void text(std::string_view text) override;
  void bytes(std::string_view bytes) override;
  void begin_array(std::size_t elements) override;
  void end_array(std::size_t elements) override;
  void begin_object(std::size_t members) override;
  void name(std::string_view name) override;
  void end_object(std::size_t members) override;

  /// The one value that was written. The writer is empty then.
  Value release();

 private:
  boost::json::value_stack stack_;
};

}  // namespace quickclinic::json
