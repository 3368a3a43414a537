// The same for test programs.
#pragma once

#include "precompiled_own.hpp"

#include <gtest/gtest.h>
