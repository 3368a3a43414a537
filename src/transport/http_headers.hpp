#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::transport {

/// True when `token` is an element of the comma-separated `list`, ignoring case (RFC 9110,
/// section 5.6.1).
bool list_has_token(std::string_view list, std::string_view token) noexcept;
bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept;

struct Header {
  std::string_view name;
  std::string_view value;
};

/// The header fields of a request, in order, names as they came and compared without case. Plain
/// data in two allocations: looking for a name is a linear search, and a name means nothing by
/// itself. The parser bounds it.
class Headers {
 public:
  void add(std::string_view name, std::string_view value);
  /// Puts `value` in the place of the first field of that name.
  void replace(std::string_view name, std::string_view value);

  /// The value of the first field of that name; valid until the headers are changed, moved or
  /// destroyed.
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  std::size_t count(std::string_view name) const noexcept;
  /// True when a field of that name, which holds a list, has `token` in it.
  bool has_token(std::string_view name, std::string_view token) const noexcept;

  std::size_t size() const noexcept { return fields_.size(); }
  Header operator[](std::size_t index) const noexcept;

  class Iterator {
   public:
    Iterator(const Headers& headers, std::size_t index) : headers_(&headers), index_(index) {}
    Header operator*() const noexcept { return (*headers_)[index_]; }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Headers* headers_;
    std::size_t index_;
  };
  Iterator begin() const noexcept { return {*this, 0}; }
  Iterator end() const noexcept { return {*this, size()}; }

 private:
  struct Field {  // places in `text_`
    std::uint32_t name_at;
    std::uint32_t name_size;
    std::uint32_t value_at;
    std::uint32_t value_size;
  };
  bool is_named(const Field& field, std::string_view name) const noexcept;
  std::string_view value_of(const Field& field) const noexcept;
  std::uint32_t append(std::string_view text);

  std::string text_;
  std::vector<Field> fields_;
};

}  // namespace quickclinic::transport
