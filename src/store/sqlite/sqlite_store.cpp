#include "store/sqlite/sqlite_store.hpp"

#include "store/sqlite/delivery_rows.hpp"
#include "store/sqlite/directory_rows.hpp"
#include "store/sqlite/inbox_rows.hpp"
#include "store/sqlite/job.hpp"
#include "store/sqlite/message_rows.hpp"
#include "store/sqlite/overview_rows.hpp"

#include <utility>

namespace quickclinic::store {

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const Options& options) {
  Connection::Options file{.path = options.path,
                           .access = Connection::Access::write,
                           .busy_wait_max = options.limits.busy_wait_max,
                           .vfs = options.vfs,
                           .checkpoint_pages = options.checkpoint_pages};
  auto writer = Connection::open(file);
  if (!writer) return std::unexpected(writer.error());
  if (options.migrate) {
    const auto migrated = store::migrate(*writer, options.wall_now());
    if (!migrated) return std::unexpected(migrated.error());
  }
  if (auto fits = check_schema(*writer); !fits) return std::unexpected(fits.error());

  file.access = Connection::Access::read;
  std::vector<Connection> readers;
  for (std::size_t i = 0; i < options.read_threads; ++i) {
    auto reader = Connection::open(file);
    if (!reader) return std::unexpected(reader.error());
    readers.push_back(std::move(*reader));
  }
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(std::move(*writer), std::move(readers), options));
}

SqliteStore::SqliteStore(Connection writer, std::vector<Connection> readers, const Options& options)
    : wall_now_(options.wall_now),
      audit_writer_(options.wall_now),
      writer_(std::move(writer), {.queue = {.jobs_max = options.limits.appends_max,
                                            .wait_max = options.limits.append_wait_max},
                                  .batch_max = options.limits.batch_max,
                                  .now = options.now,
                                  .companion = &audit_writer_}),
      readers_(std::move(readers),
               {.jobs_max = options.limits.reads_max, .wait_max = options.limits.read_wait_max},
               options.now),
      audit_(audit_writer_, writer_, readers_),
      archive_(writer_, readers_, options.wall_now) {}

template <class T, class Work>
Task<T> SqliteStore::write(Work work) {
  return ask<T>(std::move(work),
                [this](std::unique_ptr<Job> job) { writer_.submit(std::move(job)); });
}

template <class T, class Work>
Task<T> SqliteStore::read(Work work) {
  return ask<T>(std::move(work),
                [this](std::unique_ptr<Job> job) { readers_.submit(std::move(job)); });
}

void SqliteStore::append(chat::NewMessage message, const asio::any_io_executor& executor,
                         AppendReply reply) {
  auto work = [this, message = std::move(message)](Connection& connection) {
    auto appended = append_message(connection, message, wall_now_());
    if (appended) {
      audit_writer_.add_sent({.action = chat::AuditAction::send,
                              .actor = message.sender,
                              .relation = message.relation,
                              .subject = message.id.text(),
                              .address = message.address,
                              .result = appended->stored ? "ok" : "repeated"});
    }
    return appended;
  };
  writer_.submit(std::make_unique<JobOf<chat::Appended, decltype(work), AppendReply>>(
      executor, std::move(work), std::move(reply)));
}

Task<chat::MessagePage> SqliteStore::page(chat::RelationId relation, chat::PageRequest request) {
  return read<chat::MessagePage>([relation = std::move(relation), request](Connection& connection) {
    return message_page(connection, relation, request);
  });
}

Task<chat::MessageSlice> SqliteStore::slice(chat::RelationId relation, chat::SliceRequest request) {
  return read<chat::MessageSlice>(
      [relation = std::move(relation), request = std::move(request)](Connection& connection) {
        return message_slice(connection, relation, request);
      });
}

Task<std::vector<chat::Message>> SqliteStore::newer_than(chat::RelationId relation,
                                                         WallTime position, std::int64_t limit) {
  return read<std::vector<chat::Message>>(
      [relation = std::move(relation), position, limit](Connection& connection) {
        return messages_newer_than(connection, relation, position, limit);
      });
}

Task<std::vector<chat::Position>> SqliteStore::positions(std::vector<chat::RelationId> relations) {
  return read<std::vector<chat::Position>>(
      [relations = std::move(relations)](Connection& connection) {
        return relation_positions(connection, relations);
      });
}

Task<chat::Marked> SqliteStore::mark_read(chat::RelationId relation, chat::UserId user,
                                          chat::MessageId message) {
  return write<chat::Marked>([this, relation = std::move(relation), user = std::move(user),
                              message = std::move(message)](Connection& connection) {
    return mark_message_read(connection, relation, user, message, wall_now_());
  });
}

Task<chat::Marked> SqliteStore::mark_delivered(chat::RelationId relation, chat::UserId user,
                                               chat::MessageId message) {
  return write<chat::Marked>([this, relation = std::move(relation), user = std::move(user),
                              message = std::move(message)](Connection& connection) {
    return mark_message_delivered(connection, relation, user, message, wall_now_());
  });
}

Task<std::vector<chat::Mark>> SqliteStore::delivered(chat::RelationId relation) {
  return read<std::vector<chat::Mark>>([relation = std::move(relation)](Connection& connection) {
    return relation_deliveries(connection, relation);
  });
}

Task<chat::User> SqliteStore::find_user(chat::UserId user) {
  return read<chat::User>(
      [user = std::move(user)](Connection& connection) { return user_by_id(connection, user); });
}

Task<chat::User> SqliteStore::find_user_by_email(std::string email) {
  return read<chat::User>([email = std::move(email)](Connection& connection) {
    return user_by_email(connection, email);
  });
}

Task<chat::Credentials> SqliteStore::find_credentials(std::string email) {
  return read<chat::Credentials>([email = std::move(email)](Connection& connection) {
    return credentials_of(connection, email);
  });
}

Task<std::vector<chat::User>> SqliteStore::list_users() {
  return read<std::vector<chat::User>>(all_users);
}

Task<std::vector<chat::Relation>> SqliteStore::list_relations() {
  return read<std::vector<chat::Relation>>(all_relations);
}

Task<chat::Membership> SqliteStore::find_membership(chat::RelationId relation) {
  return read<chat::Membership>([relation = std::move(relation)](Connection& connection) {
    return membership_of(connection, relation);
  });
}

Task<chat::WatchAnswer> SqliteStore::watch(chat::WatchRequest request) {
  return read<chat::WatchAnswer>([request = std::move(request)](Connection& connection) {
    return watch_rows(connection, request);
  });
}

Task<bool> SqliteStore::is_revoked(std::string token_hash) {
  return read<bool>([token_hash = std::move(token_hash)](Connection& connection) {
    return token_is_revoked(connection, token_hash);
  });
}

Task<> SqliteStore::revoke_token(std::string token_hash, WallTime expires_at) {
  return write<void>(
      [this, token_hash = std::move(token_hash), expires_at](Connection& connection) {
        return insert_revoked_token(connection, token_hash, expires_at, wall_now_());
      });
}

Task<chat::User> SqliteStore::add_user(chat::NewUser user) {
  return write<chat::User>([this, user = std::move(user)](Connection& connection) {
    return insert_user(connection, user, wall_now_());
  });
}

Task<> SqliteStore::set_user_active(chat::UserId user, bool active) {
  return write<void>([this, user = std::move(user), active](Connection& connection) {
    return update_user_active(connection, user, active, wall_now_());
  });
}

Task<chat::AddedRelation> SqliteStore::add_relation(chat::UserId doctor, chat::UserId patient) {
  return write<chat::AddedRelation>(
      [this, doctor = std::move(doctor), patient = std::move(patient)](Connection& connection) {
        return find_or_insert_relation(connection, doctor, patient, wall_now_());
      });
}

Task<chat::Notification> SqliteStore::add_notification(chat::NewNotification notification) {
  return write<chat::Notification>(
      [this, notification = std::move(notification)](Connection& connection) {
        return insert_notification(connection, notification, wall_now_());
      });
}

Task<chat::Appointment> SqliteStore::find_appointment(std::string doctor,
                                                      chat::AppointmentId appointment) {
  return read<chat::Appointment>(
      [doctor = std::move(doctor), appointment = std::move(appointment)](Connection& connection) {
        return appointment_of(connection, doctor, appointment);
      });
}

Task<std::vector<chat::RelationSummary>> SqliteStore::relations_of(chat::UserId user,
                                                                   std::optional<chat::Role> side) {
  return read<std::vector<chat::RelationSummary>>(
      [user = std::move(user), side](Connection& connection) {
        return relation_summaries(connection, user, side);
      });
}

void SqliteStore::measure_threads(chat::StoreMeasures& measures) {
  measures.add(writer_.measures());
  const JobQueue::Depth reads = readers_.depth();
  measures.reads_waiting += reads.waiting;
  measures.refused += reads.refused;
  measures.connections += readers_.count();
}

Task<> SqliteStore::ping() {
  return read<void>([](Connection& connection) {
    return Query(connection, "SELECT 1 FROM qc_migrations LIMIT 1").run();
  });
}

}  // namespace quickclinic::store
