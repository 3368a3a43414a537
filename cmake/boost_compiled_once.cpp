// Asio and Beast are built with separate compilation: their function bodies live in this one file.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
