#include "server/commands.hpp"
#include "server/serve.hpp"
#include "server/settings/command_line.hpp"
#include "server/settings/settings.hpp"
#include "server/settings/sources.hpp"
#include "server/top/top.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace quickclinic;

int run(const server::Invocation& invocation) {
  const std::vector<std::string> arguments(invocation.arguments.begin() + 1,
                                           invocation.arguments.end());
  auto parsed = settings::parse_command_line(arguments);
  if (const auto* exit = std::get_if<settings::Exit>(&parsed)) {
    std::fputs(exit->text.c_str(), exit->code == 0 ? stdout : stderr);
    return exit->code;
  }
  const auto& command = std::get<settings::Command>(parsed);
  const auto dotenv = command.env_files.empty() ? settings::read_dotenv_file(".env")
                                                : settings::read_env_files(command.env_files);
  if (!dotenv) return server::complain(dotenv.error());
  const settings::SettingMap environment = settings::read_environment();
  auto loaded = settings::load({command.flags, environment, *dotenv});
  if (!loaded) return server::complain(loaded.error());
  if (std::holds_alternative<settings::Serve>(command.action))
    return server::serve(std::move(*loaded), invocation);
  if (const auto* top = std::get_if<settings::Top>(&command.action))
    return server::run_top(*top, *loaded);
  return server::run_command(command.action, *loaded);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(server::Invocation::of(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "quickclinic: %s\n", error.what());
    return 1;
  }
}
