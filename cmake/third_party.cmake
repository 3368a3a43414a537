# Libraries of others. Asio and Beast are compiled once, here; everybody else sees declarations only.

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)  # MessagePack; headers only, where every compiler looks
if("server" IN_LIST QUICKCLINIC_FOLDERS OR QUICKCLINIC_TESTS OR QUICKCLINIC_BENCH)
  find_package(CLI11 REQUIRED)
endif()
if("store" IN_LIST QUICKCLINIC_FOLDERS)
  find_package(SQLite3 REQUIRED)
  find_package(PostgreSQL REQUIRED)
endif()
if("cluster" IN_LIST QUICKCLINIC_FOLDERS)
  find_library(HIREDIS_LIBRARY hiredis REQUIRED)
endif()
if("server" IN_LIST QUICKCLINIC_FOLDERS)
  find_library(CRYPT_LIBRARY crypt REQUIRED)
  find_library(JEMALLOC_LIBRARY jemalloc REQUIRED)
endif()

add_library(quickclinic_boost STATIC ${PROJECT_SOURCE_DIR}/cmake/boost_compiled_once.cpp)
target_compile_definitions(quickclinic_boost PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_CO_AWAIT
  BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(quickclinic_boost PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
