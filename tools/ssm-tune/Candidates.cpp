// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Candidates to JSON and back. A file that was edited or damaged must not lead
// out of its folder: numbers are digits.

#include "tools/ssm-tune/Candidates.h"

#include "tools/ssm-run/Failure.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

using namespace ssm::schedule;
using Json = nlohmann::ordered_json;

namespace ssm::tune {

static constexpr std::string_view kFormat = "ssm-tuning-candidates";

std::string printCandidates(const CandidateSet &set) {
  std::string lines;
  for (const Candidate &candidate : set.candidates) {
    Json json = {{"number", candidate.number},
                 {"function", candidate.function},
                 {"kernel", candidate.kernel},
                 {"step", candidate.step},
                 {"signature", toJson(candidate.signature)},
                 {"schedule", toJson(candidate.choice)},
                 {"predicted_us", candidate.predictedMicroseconds}};
    lines += (lines.empty() ? "\n" : ",\n") + json.dump();
  }
  return fmt::format(
      "{{\"format\": \"{}\", \"version\": 1, \"target\": \"{}\", "
      "\"batch\": {}, \"length\": {}, \"candidates\": [{}\n]}}\n",
      kFormat, set.target, set.shape.batch, set.shape.length, lines);
}

static Candidate readCandidate(const JsonFields &fields) {
  constexpr int64_t kMostSteps = 1 << 20;
  constexpr size_t kMostDigits = 9;
  fields.expectOnly({"number", "function", "kernel", "step", "signature",
                     "schedule", "predicted_us"});
  Candidate candidate;
  candidate.number = fields.text("number");
  bool isNumber = std::all_of(candidate.number.begin(), candidate.number.end(),
                              [](char c) { return c >= '0' && c <= '9'; });
  if (!isNumber || candidate.number.empty() ||
      candidate.number.size() > kMostDigits)
    fields.refuse("number", "expected digits");
  candidate.function = fields.text("function");
  candidate.kernel = fields.text("kernel");
  candidate.step = static_cast<int>(fields.integer("step", 0, kMostSteps));
  candidate.signature = readSignature(fields.object("signature"));
  candidate.choice = readChoice(fields.object("schedule"));
  candidate.predictedMicroseconds = fields.number("predicted_us", 0);
  return candidate;
}

CandidateSet parseCandidates(std::string_view text) {
  JsonFields file = parseJsonFields(text);
  expectFormat(file, kFormat);
  file.expectOnly(
      {"format", "version", "target", "batch", "length", "candidates"});
  CandidateSet set;
  set.target = readTarget(file);
  set.shape = readShape(file);
  for (const JsonFields &fields : file.objects("candidates"))
    set.candidates.push_back(readCandidate(fields));
  return set;
}

std::string describe(const Choice &choice) {
  std::string text =
      fmt::format("time {}, channels {}", choice.time, choice.channels);
  const std::pair<const char *, int64_t> rest[] = {
      {"inner", choice.inner},       {"rows", choice.rows},
      {"segments", choice.segments}, {"cluster", choice.cluster},
      {"lanes", choice.lanes},       {"warps", choice.warps},
      {"stages", choice.stages},     {"group", choice.group}};
  for (auto [name, value] : rest)
    if (value != 1)
      text += fmt::format(", {} {}", name, value);
  if (choice.warpgroups)
    text += ", unit warpgroup";
  return text + fmt::format(", blocks {}", choice.blocks);
}

void writeFile(const std::string &path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file)
    run::fail(run::ExitRun, "cannot write \"{}\": {}", path,
              std::strerror(errno));
}

} // namespace ssm::tune
