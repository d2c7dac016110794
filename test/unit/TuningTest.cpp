// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tuning tables: which entry is found, what a file may hold, and the message
// for what it may not.

#include "lib/Schedule/Tuning.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace ssm::schedule;

static KernelSignature scan() {
  KernelSignature kernel;
  kernel.pattern = Pattern::Recurrence;
  kernel.channels = 5120;
  kernel.states = 16;
  kernel.streamBytes = 6;
  kernel.elementBytes = 2;
  kernel.transcendentals = 20.25;
  return kernel;
}

/// An entry whose time tile tells it from others.
static TuningEntry entry(int64_t batch, int64_t length, int64_t time) {
  TuningEntry entry;
  entry.target = "sm_90a";
  entry.kernel = scan();
  entry.shape = {batch, length};
  entry.choice.time = time;
  entry.choice.channels = 16;
  entry.choice.lanes = 2;
  entry.choice.warpOwns = true;
  entry.choice.blocks = 16;
  entry.microseconds = 514.7;
  entry.device = "a device";
  entry.date = "2026-11-27";
  return entry;
}

/// The time tile of the entry that is found; 0: none.
static int64_t found(const TuningTable &table, Shape shape,
                     const KernelSignature &kernel = scan(),
                     const char *target = "sm_90a") {
  const TuningEntry *entry = table.find(target, kernel, shape);
  return entry ? entry->choice.time : 0;
}

//===----------------------------------------------------------------------===//
// Lookup
//===----------------------------------------------------------------------===//

TEST(Tuning, SizesWithinAFactorOfTwo) {
  TuningTable table;
  table.add(entry(8, 2048, 1));
  for (Shape shape :
       {Shape{8, 2048}, {4, 2048}, {16, 2048}, {8, 1024}, {8, 4096}, {4, 4096}})
    EXPECT_EQ(found(table, shape), 1) << shape.batch << " x " << shape.length;
  for (Shape shape : {Shape{3, 2048},
                      {17, 2048},
                      {8, 1023},
                      {8, 4097},
                      {1, 1},
                      {INT64_MAX, INT64_MAX}})
    EXPECT_EQ(found(table, shape), 0) << shape.batch << " x " << shape.length;
}

TEST(Tuning, TheClosestSizesWin) {
  TuningTable table;
  table.add(entry(8, 1024, 1));
  table.add(entry(8, 2048, 2));
  table.add(entry(16, 2048, 3));
  EXPECT_EQ(found(table, {8, 1100}), 1);
  EXPECT_EQ(found(table, {8, 1900}), 2);
  EXPECT_EQ(found(table, {15, 1900}), 3);
  // A factor of 1.4 in the batch is farther than one of 1.2 in the length.
  EXPECT_EQ(found(table, {11, 1700}), 2);
}

TEST(Tuning, OfEquallyDistantSizesTheSmaller) {
  TuningTable table;
  table.add(entry(8, 4096, 2));
  table.add(entry(8, 1024, 1));
  EXPECT_EQ(found(table, {8, 2048}), 1);
}

TEST(Tuning, AnotherTargetIsAnotherMachine) {
  TuningTable table;
  table.add(entry(8, 2048, 1));
  EXPECT_EQ(found(table, {8, 2048}, scan(), "sm_80"), 0);
}

TEST(Tuning, EveryFieldOfTheSignatureCounts) {
  TuningTable table;
  table.add(entry(8, 2048, 1));
  std::vector<KernelSignature> others(9, scan());
  others[0].pattern = Pattern::Reduction;
  others[1].channels = 5119;
  others[2].states = 17;
  others[3].inner = 2;
  others[4].streamBytes = 8;
  others[5].elementBytes = 4;
  others[6].halfFactors = true;
  others[7].transcendentals = 21;
  others[8].stateRows = 1;
  for (size_t i = 0; i < others.size(); ++i)
    EXPECT_EQ(found(table, {8, 2048}, others[i]), 0) << "field " << i;
}

TEST(Tuning, SignaturesCountForOneChannel) {
  KernelFacts facts;
  facts.pattern = Pattern::Recurrence;
  facts.channels = 100;
  facts.states = 3;
  facts.transcendentalsPerToken = 450;
  KernelSignature signature = signatureOf(facts);
  EXPECT_EQ(signature.channels, 100);
  EXPECT_EQ(signature.states, 3);
  EXPECT_EQ(signature.transcendentals, 4.5);
  facts.valuesPerState = 2;
  EXPECT_EQ(signatureOf(facts).states, 6);
}

TEST(Tuning, ANewEntryReplacesTheOld) {
  TuningTable table;
  table.add(entry(8, 2048, 1));
  table.add(entry(8, 2048, 2));
  ASSERT_EQ(table.entries().size(), 1u);
  EXPECT_EQ(found(table, {8, 2048}), 2);
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static std::string twoEntries() {
  TuningTable table;
  table.add(entry(8, 2048, 16));
  table.add(entry(1, 512, 64));
  return printTuningTable(table);
}

TEST(Tuning, WhatIsWrittenIsRead) {
  std::string problem, text = twoEntries();
  auto table = parseTuningTable(text, problem);
  ASSERT_TRUE(table) << problem;
  ASSERT_EQ(table->entries().size(), 2u);
  const TuningEntry &first = table->entries()[0], wanted = entry(1, 512, 64);
  EXPECT_EQ(first.shape.batch, 1);
  EXPECT_EQ(first.target, wanted.target);
  EXPECT_TRUE(first.kernel == wanted.kernel);
  EXPECT_TRUE(first.choice == wanted.choice);
  EXPECT_EQ(first.microseconds, wanted.microseconds);
  EXPECT_EQ(first.device, wanted.device);
  EXPECT_EQ(first.date, wanted.date);
  EXPECT_EQ(printTuningTable(*table), text);
}

TEST(Tuning, TheOrderOfAddingLeavesNoTrace) {
  TuningTable table;
  table.add(entry(1, 512, 64));
  table.add(entry(8, 2048, 16));
  EXPECT_EQ(printTuningTable(table), twoEntries());
}

TEST(Tuning, NoPrefixOfAFileIsATable) {
  std::string problem, text = twoEntries();
  // The last byte ends the last line.
  for (size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_FALSE(parseTuningTable(text.substr(0, size), problem)) << size;
    EXPECT_FALSE(problem.empty());
  }
}

/// The message for a table in which `from` is replaced by `to`.
static std::string problemWith(const std::string &from, const std::string &to) {
  std::string problem, text = twoEntries();
  size_t at = text.find(from);
  if (at == std::string::npos)
    return "nothing to replace";
  text.replace(at, from.size(), to);
  return parseTuningTable(text, problem) ? "accepted" : problem;
}

TEST(Tuning, MessagesNameThePlace) {
  const std::string cases[][3] = {
      {"ssm-tuning", "ssm-tunes",
       "format: expected \"ssm-tuning\", got \"ssm-tunes\""},
      {"\"version\": 1", "\"version\": 2",
       "version: expected an integer from 1 to 1, got 2"},
      {"\"batch\":1", "\"batch\":0",
       "entries[0].batch: expected an integer from 1 to 1099511627776, got 0"},
      {"\"batch\":1", "\"batch\":1.5",
       "entries[0].batch: expected an integer, got another number"},
      {"\"batch\":1,", "",
       "entries[0].batch: expected an integer, got nothing"},
      {"\"batch\":1", "\"bacth\":1",
       "entries[0].bacth: expected no such member"},
      {"\"time\":64", "\"time\":-1",
       "entries[0].schedule.time: expected an integer from 1 to 65536, got -1"},
      {"\"time\":64", "\"time\":18446744073709551615",
       "entries[0].schedule.time: expected an integer from 1 to 65536, got "
       "18446744073709551615"},
      {"\"time\":64", "\"time\":1e999", "expected numbers that fit 64 bits"},
      {"\"lanes\":2", "\"lanes\":3",
       "entries[0].schedule.lanes: expected a power of two, got 3"},
      {"\"warps\":1", "\"warps\":2",
       "entries[0].schedule.warps: expected 1 where a warp owns its tile, got "
       "2"},
      {"\"warp\"", "\"wrap\"",
       "entries[0].schedule.owner: expected block or warp, got \"wrap\""},
      {"recurrence", "scan",
       "entries[0].kernel.pattern: expected pointwise, contraction, reduction "
       "or recurrence, got \"scan\""},
      {"sm_90a", "sm_90",
       "entries[0].target: expected cpu, sm_80, sm_90a, sm_100a or sm_120a, "
       "got "
       "\"sm_90\""},
      {"514.7", "-1",
       "entries[0].microseconds: expected a number of at least 0.0, got -1"},
      {"2026-11-27", "27 November",
       "entries[0].date: expected YYYY-MM-DD, got \"27 November\""},
      {"\"batch\":1", "\"batch\":1,\"batch\":1",
       "expected every key once, got \"batch\" twice"},
      {"\"a device\"", "[[[[[[[[[1]]]]]]]]]",
       "expected at most 8 levels of nesting"},
      {"a device", std::string(257, 'x'),
       "entries[0].device: expected at most 256 bytes, got 257"},
  };
  for (const auto &[from, to, message] : cases)
    EXPECT_EQ(problemWith(from, to), message);
}

TEST(Tuning, WhatFewSchedulesHaveIsWrittenForThemAlone) {
  TuningTable table;
  table.add(entry(8, 2048, 64));
  EXPECT_EQ(printTuningTable(table).find("cluster"), std::string::npos);
  EXPECT_EQ(printTuningTable(table).find("stagger"), std::string::npos);
  EXPECT_EQ(printTuningTable(table).find("group"), std::string::npos);
  EXPECT_EQ(printTuningTable(table).find("unit"), std::string::npos);
  TuningEntry shared = entry(1, 2048, 64);
  shared.choice.cluster = 4;
  shared.choice.stagger = true;
  shared.choice.group = 16;
  shared.choice.warps = 8;
  shared.choice.warpOwns = false;
  shared.choice.warpgroups = true;
  table.add(shared);
  std::string problem;
  auto again = parseTuningTable(printTuningTable(table), problem);
  ASSERT_TRUE(again) << problem;
  const TuningEntry *found = again->find("sm_90a", scan(), {1, 2048});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->choice.cluster, 4);
  EXPECT_TRUE(found->choice.stagger);
  EXPECT_EQ(found->choice.group, 16);
  EXPECT_TRUE(found->choice.warpgroups);
}

TEST(Tuning, AWarpgroupHasFourWarps) {
  TuningTable table;
  TuningEntry odd = entry(1, 2048, 64);
  odd.choice.warps = 6;
  odd.choice.warpOwns = false;
  odd.choice.warpgroups = true;
  table.add(odd);
  std::string problem;
  EXPECT_FALSE(parseTuningTable(printTuningTable(table), problem));
  EXPECT_NE(problem.find("expected 4, 8, 16 or 32 where the unit is a "
                         "warpgroup, got 6"),
            std::string::npos)
      << problem;
}

TEST(Tuning, HostileTextIsRefused) {
  std::string problem;
  EXPECT_FALSE(parseTuningTable(std::string(5 << 20, ' '), problem));
  EXPECT_EQ(problem, "expected at most 4194304 bytes, got more");
  EXPECT_FALSE(parseTuningTable(std::string(4 << 20, '['), problem));
  EXPECT_EQ(problem, "expected at most 8 levels of nesting");
  EXPECT_FALSE(parseTuningTable("[]", problem));
  EXPECT_EQ(problem, "expected an object");
  EXPECT_FALSE(parseTuningTable(
      R"({"format": "ssm-tuning", "version": 1, "entries": "none"})", problem));
  EXPECT_EQ(problem, "entries: expected an array, got string");
}

TEST(Tuning, TheShippedTablesAreRead) {
  std::string problem;
  auto table = loadTuningTable("shipped", problem);
  ASSERT_TRUE(table) << problem;
  EXPECT_FALSE(table->entries().empty());
  for (const TuningEntry &entry : table->entries())
    EXPECT_EQ(table->find(entry.target, entry.kernel, entry.shape), &entry);
}

TEST(Tuning, NoneIsEmpty) {
  std::string problem;
  auto table = loadTuningTable("none", problem);
  ASSERT_TRUE(table);
  EXPECT_TRUE(table->entries().empty());
}

TEST(Tuning, AFolderIsNoTable) {
  std::string problem;
  EXPECT_FALSE(loadTuningTable("/", problem));
  EXPECT_EQ(problem, "tuning table /: cannot read it: Is a directory");
}
