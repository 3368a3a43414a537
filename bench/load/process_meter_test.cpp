#include "load/process_meter.hpp"

#include "load/failure.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

namespace quickclinic::load {
namespace {

using namespace std::chrono_literals;

/// Burns processor time until this process has been charged for `amount`.
void burn(std::chrono::microseconds amount) {
  const auto begin = own_usage().total();
  while (own_usage().total() - begin < amount) {
  }
}

TEST(ProcessMeterUsage, SeesTheTimeAProcessUses) {
  const ProcessMeter meter(getpid());
  const Usage before = meter.usage();

  burn(50ms);

  EXPECT_GE((meter.usage() - before).total(), 30ms);  // ticks are 10 ms, at either end
}

TEST(ProcessMeterUsage, CountsLivingDescendants) {
  int ready[2];
  int leave[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(leave), 0);
  const ProcessMeter meter(getpid());
  const Usage before = meter.usage();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  char byte = 0;
  if (child == 0) {
    burn(100ms);
    const bool told = write(ready[1], &byte, 1) == 1;
    close(leave[1]);
    _exit(told && read(leave[0], &byte, 1) == 0 ? 0 : 1);
  }
  ASSERT_EQ(read(ready[0], &byte, 1), 1);

  EXPECT_GE((meter.usage() - before).total(), 80ms);

  close(leave[1]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(ProcessMeterResidentBytes, GrowWithWhatIsTouched) {
  const ProcessMeter meter(getpid());
  const std::uint64_t before = meter.resident_bytes();

  std::vector<char> memory(64 << 20);
  for (volatile char& byte : memory) {
    byte = 'x';
  }

  EXPECT_GE(meter.resident_bytes() - before, memory.size() / 2);
}

TEST(ProcessMeter, RefusesAProcessThatIsNotThere) {
  EXPECT_THROW(ProcessMeter(0x7ffffff0), Failure);
}

}  // namespace
}  // namespace quickclinic::load
