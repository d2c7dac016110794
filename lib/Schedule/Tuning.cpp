// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tables of measured schedules: looked up, read and written.

#include "lib/Schedule/Tuning.h"

#include "lib/Schedule/Machine.h"

#include <algorithm>
#include <cmath>
#include <tuple>

using namespace ssm::schedule;
using Json = nlohmann::ordered_json;

static constexpr std::string_view kFormat = "ssm-tuning";
static constexpr const char *kPatterns[] = {"pointwise", "contraction",
                                            "reduction", "recurrence"};
static constexpr int64_t kLargestExtent = int64_t(1) << 40;

//===----------------------------------------------------------------------===//
// Lookup
//===----------------------------------------------------------------------===//

KernelSignature ssm::schedule::signatureOf(const KernelFacts &kernel) {
  KernelSignature signature;
  signature.pattern = kernel.pattern;
  signature.channels = kernel.channels;
  signature.states = kernel.states * kernel.valuesPerState;
  signature.inner = kernel.inner;
  signature.streamBytes = kernel.streamBytes;
  signature.elementBytes = kernel.elementBytes;
  signature.stateRows = kernel.stateRows;
  signature.halfFactors = kernel.halfFactors;
  signature.transcendentals =
      kernel.transcendentalsPerToken / static_cast<double>(kernel.channels);
  return signature;
}

static auto fieldsOf(const KernelSignature &kernel) {
  return std::make_tuple(kernel.pattern, kernel.channels, kernel.states,
                         kernel.inner, kernel.streamBytes, kernel.elementBytes,
                         kernel.stateRows, kernel.halfFactors,
                         kernel.transcendentals);
}

bool ssm::schedule::operator==(const KernelSignature &a,
                               const KernelSignature &b) {
  return fieldsOf(a) == fieldsOf(b);
}

static auto fieldsOf(const Choice &choice) {
  return std::make_tuple(choice.time, choice.channels, choice.inner,
                         choice.stages, choice.segments, choice.cluster,
                         choice.stagger, choice.lanes, choice.warps,
                         choice.blocks, choice.rows, choice.group,
                         choice.warpOwns, choice.warpgroups);
}

bool ssm::schedule::operator==(const Choice &a, const Choice &b) {
  return fieldsOf(a) == fieldsOf(b);
}

/// What an entry is about; no two of a table are equal.
static auto keyOf(const TuningEntry &entry) {
  return std::make_tuple(std::string_view(entry.target), fieldsOf(entry.kernel),
                         entry.shape.batch, entry.shape.length);
}

void TuningTable::add(TuningEntry entry) {
  auto place = std::lower_bound(sorted.begin(), sorted.end(), entry,
                                [](const TuningEntry &a, const TuningEntry &b) {
                                  return keyOf(a) < keyOf(b);
                                });
  if (place != sorted.end() && keyOf(*place) == keyOf(entry))
    *place = std::move(entry);
  else
    sorted.insert(place, std::move(entry));
}

/// The logarithm of the ratio of two sizes, whichever is larger.
static double distance(int64_t a, int64_t b) {
  return std::fabs(std::log2(static_cast<double>(a) / static_cast<double>(b)));
}

const TuningEntry *TuningTable::find(std::string_view target,
                                     const KernelSignature &kernel,
                                     const Shape &shape) const {
  constexpr double kFarthest = 1; // a factor of two
  const TuningEntry *closest = nullptr;
  double least = INFINITY;
  for (const TuningEntry &entry : sorted) {
    if (entry.target != target || !(entry.kernel == kernel))
      continue;
    double batch = distance(entry.shape.batch, shape.batch);
    double length = distance(entry.shape.length, shape.length);
    if (batch > kFarthest || length > kFarthest || batch + length >= least)
      continue;
    closest = &entry;
    least = batch + length;
  }
  return closest;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

Json ssm::schedule::toJson(const KernelSignature &kernel) {
  return {{"pattern", kPatterns[static_cast<int>(kernel.pattern)]},
          {"channels", kernel.channels},
          {"states", kernel.states},
          {"inner", kernel.inner},
          {"stream_bytes", kernel.streamBytes},
          {"element_bytes", kernel.elementBytes},
          {"state_rows", kernel.stateRows},
          {"half_factors", kernel.halfFactors},
          {"transcendentals", kernel.transcendentals}};
}

Json ssm::schedule::toJson(const Choice &choice) {
  Json json = {{"time", choice.time},
               {"channels", choice.channels},
               {"inner", choice.inner},
               {"stages", choice.stages},
               {"segments", choice.segments},
               {"lanes", choice.lanes},
               {"owner", choice.warpOwns ? "warp" : "block"},
               {"warps", choice.warps},
               {"blocks", choice.blocks},
               {"rows", choice.rows}};
  if (choice.cluster > 1)
    json["cluster"] = choice.cluster;
  if (choice.stagger)
    json["stagger"] = true;
  if (choice.group > 1)
    json["group"] = choice.group;
  if (choice.warpgroups)
    json["unit"] = "warpgroup";
  return json;
}

/// Which of `names` the text `key` is.
template <size_t Count>
static int readName(const JsonFields &fields, const char *key,
                    const char *const (&names)[Count]) {
  std::string text = fields.text(key), list;
  for (size_t i = 0; i < Count; ++i) {
    if (text == names[i])
      return static_cast<int>(i);
    list += i == 0 ? "" : i + 1 == Count ? " or " : ", ";
    list += names[i];
  }
  fields.refuse(key, "expected " + list + ", got \"" + text + "\"");
}

KernelSignature ssm::schedule::readSignature(const JsonFields &fields) {
  fields.expectOnly({"pattern", "channels", "states", "inner", "stream_bytes",
                     "element_bytes", "state_rows", "half_factors",
                     "transcendentals"});
  KernelSignature kernel;
  kernel.pattern = static_cast<Pattern>(readName(fields, "pattern", kPatterns));
  kernel.channels = fields.integer("channels", 1, kLargestExtent);
  kernel.states = fields.integer("states", 1, kLargestExtent);
  kernel.inner = fields.integer("inner", 1, kLargestExtent);
  kernel.streamBytes = fields.integer("stream_bytes", 0, kLargestExtent);
  kernel.elementBytes = fields.integer("element_bytes", 1, 8);
  kernel.stateRows = fields.integer("state_rows", 0, kLargestExtent);
  kernel.halfFactors = fields.boolean("half_factors");
  kernel.transcendentals = fields.number("transcendentals", 0);
  return kernel;
}

Choice ssm::schedule::readChoice(const JsonFields &fields) {
  constexpr int64_t kLargestTile = 65536, kMostStages = 64, kLargestCluster = 8;
  constexpr const char *kOwners[] = {"block", "warp"};
  constexpr const char *kUnits[] = {"warp", "warpgroup"};
  fields.expectOnly({"time", "channels", "inner", "stages", "segments",
                     "cluster", "stagger", "lanes", "owner", "warps", "blocks",
                     "rows", "group", "unit"});
  Choice choice;
  choice.time = fields.integer("time", 1, kLargestTile);
  choice.channels = fields.integer("channels", 1, kLargestTile);
  choice.inner = fields.integer("inner", 1, kLargestTile);
  choice.stages = fields.integer("stages", 1, kMostStages);
  choice.segments = fields.integer("segments", 1, kLargestTile);
  if (fields.has("cluster"))
    choice.cluster = fields.integer("cluster", 1, kLargestCluster);
  choice.stagger = fields.has("stagger") && fields.boolean("stagger");
  choice.lanes = fields.integer("lanes", 1, 32);
  choice.warps = fields.integer("warps", 1, 32);
  choice.blocks = fields.integer("blocks", 0, 64);
  choice.rows = fields.integer("rows", 1, kLargestTile);
  if (fields.has("group"))
    choice.group = fields.integer("group", 1, kLargestTile);
  choice.warpOwns = readName(fields, "owner", kOwners) == 1;
  choice.warpgroups =
      fields.has("unit") && readName(fields, "unit", kUnits) == 1;
  if (choice.lanes & (choice.lanes - 1))
    fields.refuse("lanes", "expected a power of two, got " +
                               std::to_string(choice.lanes));
  if (choice.warpOwns && choice.warps != 1)
    fields.refuse("warps", "expected 1 where a warp owns its tile, got " +
                               std::to_string(choice.warps));
  if (choice.warpgroups &&
      (choice.warps < 4 || (choice.warps & (choice.warps - 1))))
    fields.refuse("warps", "expected 4, 8, 16 or 32 where the unit is a "
                           "warpgroup, got " +
                               std::to_string(choice.warps));
  return choice;
}

std::string ssm::schedule::readTarget(const JsonFields &fields) {
  std::string target = fields.text("target");
  if (!machineForTarget(target))
    fields.refuse("target", "expected cpu, sm_80, sm_90a, sm_100a or sm_120a, "
                            "got \"" +
                                target + "\"");
  return target;
}

Shape ssm::schedule::readShape(const JsonFields &fields) {
  return {fields.integer("batch", 1, kLargestExtent),
          fields.integer("length", 1, kLargestExtent)};
}

bool ssm::schedule::isTuningDate(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(),
                    [](char c, char form) {
                      return form == '-' ? c == '-' : c >= '0' && c <= '9';
                    });
}

static TuningEntry readEntry(const JsonFields &fields) {
  fields.expectOnly({"target", "kernel", "batch", "length", "schedule",
                     "microseconds", "device", "date"});
  TuningEntry entry;
  entry.target = readTarget(fields);
  entry.kernel = readSignature(fields.object("kernel"));
  entry.shape = readShape(fields);
  entry.choice = readChoice(fields.object("schedule"));
  entry.microseconds = fields.number("microseconds", 0);
  entry.device = fields.text("device");
  entry.date = fields.text("date");
  if (!isTuningDate(entry.date))
    fields.refuse("date", "expected YYYY-MM-DD, got \"" + entry.date + "\"");
  return entry;
}

static TuningTable readTable(std::string_view text) {
  JsonFields file = parseJsonFields(text);
  expectFormat(file, kFormat);
  file.expectOnly({"format", "version", "entries"});
  TuningTable table;
  for (const JsonFields &entry : file.objects("entries"))
    table.add(readEntry(entry));
  return table;
}

std::optional<TuningTable>
ssm::schedule::parseTuningTable(std::string_view text, std::string &problem) {
  try {
    return readTable(text);
  } catch (const JsonError &error) {
    problem = error.what();
    return std::nullopt;
  }
}

std::string ssm::schedule::printTuningTable(const TuningTable &table) {
  std::string lines;
  for (const TuningEntry &entry : table.entries()) {
    Json json = {{"target", entry.target},
                 {"kernel", toJson(entry.kernel)},
                 {"batch", entry.shape.batch},
                 {"length", entry.shape.length},
                 {"schedule", toJson(entry.choice)},
                 {"microseconds", entry.microseconds},
                 {"device", entry.device},
                 {"date", entry.date}};
    lines += (lines.empty() ? "\n" : ",\n") +
             json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return "{\"format\": \"" + std::string(kFormat) +
         "\", \"version\": 1, \"entries\": [" + lines + "\n]}\n";
}

//===----------------------------------------------------------------------===//
// Tables by name
//===----------------------------------------------------------------------===//

static TuningTable readShipped() {
  TuningTable table;
  for (const char *const *text = kShippedTuning; *text; ++text) {
    TuningTable part = readTable(*text);
    for (const TuningEntry &entry : part.entries())
      table.add(entry);
  }
  return table;
}

std::optional<TuningTable>
ssm::schedule::loadTuningTable(const std::string &name, std::string &problem) {
  if (name == "none")
    return TuningTable();
  try {
    if (name == "shipped")
      return readShipped();
    return readTable(readTextFile(name));
  } catch (const JsonError &error) {
    problem = "tuning table " + name + ": " + error.what();
    return std::nullopt;
  }
}
