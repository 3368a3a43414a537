#include "store/contract/store_contract.hpp"
#include "store/contract/temporary_folder.hpp"
#include "store/memory/memory_store.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "tests/support/postgres_server.hpp"

#include <filesystem>
#include <stdexcept>
#include <utility>

namespace quickclinic::store {
namespace {

class Memory final : public StoreUnderTest {
 public:
  explicit Memory(std::function<WallTime()> now) : store_(std::move(now)) {}
  chat::MessageStore& messages() override { return store_; }
  chat::Directory& directory() override { return store_; }
  chat::Inbox& inbox() override { return store_; }
  chat::Overview& overview() override { return store_; }
  void add_appointment(const chat::Appointment& appointment,
                       const std::string& doctor_row) override {
    store_.add_appointment(appointment, doctor_row);
  }
  chat::AuditLog& audit() override { return store_.audit(); }

 private:
  MemoryStore store_;
};

// The columns that are left out are those that an appointment may lack.
constexpr const char* appointment_tables = R"sql(
  CREATE TABLE IF NOT EXISTS "Slot" ("id" TEXT PRIMARY KEY, "date" DATETIME NOT NULL, "startTime" DATETIME NOT NULL);
  CREATE TABLE IF NOT EXISTS "Appointment" ("id" TEXT PRIMARY KEY, "doctorId" TEXT NOT NULL,
    "patientId" TEXT NOT NULL, "slotId" TEXT NOT NULL, "status" TEXT NOT NULL);)sql";
constexpr const char* optional_columns = R"sql(
  ALTER TABLE "Appointment" ADD COLUMN "paymentMethod" TEXT;
  ALTER TABLE "User" ADD COLUMN "gender" TEXT;
  ALTER TABLE "User" ADD COLUMN "age" INTEGER;
  ALTER TABLE "User" ADD COLUMN "locationId" TEXT;
  CREATE TABLE "Location" ("id" TEXT PRIMARY KEY, "city" TEXT);)sql";

void must(const Result<>& done) {
  if (!done) throw std::runtime_error(done.error().describe());
}

void write_appointment(const std::filesystem::path& path, const chat::Appointment& appointment,
                       const std::string& doctor_row) {
  auto connection = Connection::open({.path = path}).value();
  must(connection.execute(appointment_tables));
  if (appointment.city) {
    must(connection.execute(optional_columns));
    must(Query(connection, R"(INSERT INTO "Location" VALUES ('here', ?1))")
             .bind(*appointment.city)
             .run());
    must(
        Query(
            connection,
            R"(UPDATE "User" SET "gender" = ?2, "age" = ?3, "locationId" = 'here' WHERE "id" = ?1)")
            .bind(appointment.patient.text())
            .bind(appointment.gender.value())
            .bind(appointment.age.value())
            .run());
  }
  must(Query(connection, R"(UPDATE "Doctor" SET "id" = ?2 WHERE "userId" = ?1)")
           .bind(appointment.doctor.text())
           .bind(doctor_row)
           .run());
  must(Query(connection, R"(INSERT INTO "Slot" VALUES (?1, ?2, ?3))")
           .bind(appointment.id.text())
           .bind(appointment.date)
           .bind(appointment.begins_at)
           .run());
  must(Query(connection, R"sql(
      INSERT INTO "Appointment" ("id", "doctorId", "patientId", "slotId", "status")
        SELECT ?1, ?2, "id", ?1, ?4 FROM "Patient" WHERE "userId" = ?3)sql")
           .bind(appointment.id.text())
           .bind(doctor_row)
           .bind(appointment.patient.text())
           .bind(appointment.status)
           .run());
  if (!appointment.payment_method) return;
  must(Query(connection, R"(UPDATE "Appointment" SET "paymentMethod" = ?2 WHERE "id" = ?1)")
           .bind(appointment.id.text())
           .bind(*appointment.payment_method)
           .run());
}

class Sqlite final : public StoreUnderTest {
 public:
  explicit Sqlite(std::function<WallTime()> now)
      : store_(SqliteStore::open({.path = folder_.path() / "clinic.db", .wall_now = std::move(now)})
                   .value()) {}
  chat::MessageStore& messages() override { return *store_; }
  chat::Directory& directory() override { return *store_; }
  chat::Inbox& inbox() override { return *store_; }
  chat::Overview& overview() override { return *store_; }
  void add_appointment(const chat::Appointment& appointment,
                       const std::string& doctor_row) override {
    write_appointment(folder_.path() / "clinic.db", appointment, doctor_row);
  }
  chat::AuditLog& audit() override { return store_->audit(); }
  chat::Archive* archive() override { return &store_->archive(); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

postgres::PostgresStore::Options options_for(const std::string& url) {
  return {.url = postgres::read_database_url(url).value()};
}

// A database with its tables, to be copied: that is much quicker than making them.
const std::string& pattern() {
  static const std::string name = [] {
    const std::string url = testing::PostgresServer::shared().make_database();
    if (const auto made =
            postgres::PostgresStore::open(options_for(url), postgres::PostgresStore::Absent::fail);
        !made)
      throw std::runtime_error(made.error().describe());
    return testing::PostgresServer::name_in(url);
  }();
  return name;
}

// Our ids and words need no escaping.
std::string quoted(const std::string& text) { return "'" + text + "'"; }

std::string appointment_sql(const chat::Appointment& appointment, const std::string& doctor_row) {
  std::string sql = R"sql(
    CREATE TYPE "AppointmentStatus" AS ENUM ('PENDING', 'CONFIRMED');
    CREATE TABLE "Slot" ("id" TEXT PRIMARY KEY, "date" TIMESTAMP(3) NOT NULL, "startTime" TIMESTAMP(3) NOT NULL);
    CREATE TABLE "Appointment" ("id" TEXT PRIMARY KEY, "doctorId" TEXT NOT NULL, "patientId" TEXT NOT NULL,
      "slotId" TEXT NOT NULL, "status" "AppointmentStatus" NOT NULL);)sql";
  if (appointment.city) {
    sql += R"sql(
      CREATE TYPE "Gender" AS ENUM ('FEMALE', 'MALE');
      CREATE TYPE "PaymentMethod" AS ENUM ('ONLINE', 'OFFLINE');
      CREATE TABLE "Location" ("id" TEXT PRIMARY KEY, "city" TEXT);
      ALTER TABLE "Appointment" ADD COLUMN "paymentMethod" "PaymentMethod";
      ALTER TABLE "User" ADD COLUMN "gender" "Gender", ADD COLUMN "age" INTEGER, ADD COLUMN "locationId" TEXT;)sql";
    sql += "INSERT INTO \"Location\" VALUES ('here', " + quoted(*appointment.city) + ");";
    sql += "UPDATE \"User\" SET \"gender\" = " + quoted(appointment.gender.value()) +
           ", \"age\" = " + std::to_string(appointment.age.value()) +
           ", \"locationId\" = 'here' WHERE \"id\" = " + quoted(appointment.patient.text()) + ";";
  }
  sql += "UPDATE \"Doctor\" SET \"id\" = " + quoted(doctor_row) +
         " WHERE \"userId\" = " + quoted(appointment.doctor.text()) + ";";
  sql += "INSERT INTO \"Slot\" VALUES (" + quoted(appointment.id.text()) + ", " +
         quoted(iso8601(appointment.date)) + ", " + quoted(iso8601(appointment.begins_at)) + ");";
  sql +=
      "INSERT INTO \"Appointment\" (\"id\", \"doctorId\", \"patientId\", \"slotId\", "
      "\"status\") SELECT " +
      quoted(appointment.id.text()) + ", " + quoted(doctor_row) + ", \"id\", " +
      quoted(appointment.id.text()) + ", " + quoted(appointment.status) +
      " FROM \"Patient\" WHERE \"userId\" = " + quoted(appointment.patient.text()) + ";";
  if (appointment.payment_method) {
    sql += "UPDATE \"Appointment\" SET \"paymentMethod\" = " + quoted(*appointment.payment_method) +
           ";";
  }
  return sql;
}

class Postgres final : public StoreUnderTest {
 public:
  explicit Postgres(std::function<WallTime()> now)
      : url_(testing::PostgresServer::shared().make_database_like(pattern())) {
    auto options = options_for(url_);
    options.wall_now = std::move(now);
    store_ =
        postgres::PostgresStore::open(std::move(options), postgres::PostgresStore::Absent::fail)
            .value();
  }
  ~Postgres() override {
    store_.reset();
    testing::PostgresServer::shared().drop_database(testing::PostgresServer::name_in(url_));
  }
  chat::MessageStore& messages() override { return *store_; }
  chat::Directory& directory() override { return *store_; }
  chat::Inbox& inbox() override { return *store_; }
  chat::Overview& overview() override { return *store_; }
  void add_appointment(const chat::Appointment& appointment,
                       const std::string& doctor_row) override {
    testing::PostgresServer::shared().run_sql(testing::PostgresServer::name_in(url_),
                                              appointment_sql(appointment, doctor_row));
  }
  chat::AuditLog& audit() override { return store_->audit(); }
  chat::Archive* archive() override { return &store_->archive(); }

 private:
  std::string url_;
  std::unique_ptr<postgres::PostgresStore> store_;
};

template <class Store>
Implementation implementation(std::string name) {
  return {.name = std::move(name),
          .open = [](std::function<WallTime()> now) -> std::unique_ptr<StoreUnderTest> {
            return std::make_unique<Store>(std::move(now));
          }};
}

}  // namespace

std::vector<Implementation> implementations() {
  return {implementation<Memory>("Memory"), implementation<Sqlite>("Sqlite"),
          implementation<Postgres>("Postgres")};
}

std::vector<Implementation> archive_implementations() {
  return {implementation<Sqlite>("Sqlite"), implementation<Postgres>("Postgres")};
}

}  // namespace quickclinic::store
