// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report as one page: what was compiled, a table of kernels, two pictures,
// the source and the IR after every stage. The page is well-formed XML as well,
// asks for nothing from elsewhere and is the same for the same compilation.

#include "lib/Chart/Quantity.h"
#include "lib/Chart/Roofline.h"
#include "lib/Driver/Report.h"
#include "lib/Driver/ReportCharts.h"
#include "lib/Driver/ReportStyle.h"
#include "lib/Schedule/SizeClasses.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;
using namespace mlir::ssm;
using chart::escapeHtml;
using chart::formatQuantity;

namespace {

class Page {
public:
  explicit Page(const CompilationReport &report) : report(report) {}
  std::string write();

private:
  void writeHead();
  void writeTable();
  void writeKernel(const KernelReport &kernel);
  void writeTotal(const FunctionReport &function);
  void writePictures();
  void writeSource();
  void writeStage(const StageListing &stage);
  void openListing(llvm::StringRef name, llvm::StringRef summary, size_t lines,
                   bool isOpen);
  std::string linkToSource(unsigned line, llvm::StringRef words) const;
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args &&...args) {
    text += fmt::format(format, std::forward<Args>(args)...);
  }

  const CompilationReport &report;
  std::string text;
};

} // namespace

static std::string bytes(double value) { return formatQuantity(value, "B"); }
static std::string seconds(double value) { return formatQuantity(value, "s"); }

std::string mlir::ssm::kernelId(const KernelReport &kernel) {
  // An id has no white space; what names hold besides is escaped where written.
  std::string id = "kernel-" + kernel.label();
  for (char &letter : id)
    if (isspace(static_cast<unsigned char>(letter)))
      letter = '-';
  return id;
}

/// Words that link to a line of the source, if it is known.
std::string Page::linkToSource(unsigned line, llvm::StringRef words) const {
  if (line == 0 || line > report.sourceLines.size())
    return escapeHtml(words);
  return fmt::format("<a href=\"#source-{}\">{}</a>", line, escapeHtml(words));
}

/// "batch x length 8x2048 or 1x2048".
static std::string sizesText(const CompilationReport &report) {
  std::vector<std::string> texts;
  for (const FunctionReport &function : report.functions) {
    std::string text = ::ssm::schedule::sizeClassText(function.shape);
    if (!llvm::is_contained(texts, text))
      texts.push_back(text);
  }
  return "batch x length " +
         (texts.empty() ? std::string("of a call")
                        : fmt::format("{}", fmt::join(texts, " or ")));
}

void Page::writeHead() {
  const ::ssm::schedule::Machine &machine = report.machine;
  std::string source = escapeHtml(report.source);
  add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
      "<title>{} for {}</title>\n<style>{}{}</style>\n</head>\n<body>\n",
      source, report.target, kReportStyle, chart::pictureStyle());
  add("<h1>{}</h1>\n<p>Compiled for {} by ssm-compile {}. Bytes and times are "
      "for {}; on-chip memory is that of a {}.</p>\n",
      source, report.target, SSM_VERSION, sizesText(report),
      machine.isGPU ? "block of threads" : "worker");
  add("<p>The machine: {} processors, memory {}, additions and "
      "multiplications {}, those of products of 16-bit factors {}, "
      "transcendentals {}.</p>\n",
      machine.processors, formatQuantity(machine.memoryBytesPerSecond, "B/s"),
      formatQuantity(2 * machine.fmasPerSecond, "op/s"),
      formatQuantity(2 * machine.matrixFmasPerSecond, "op/s"),
      formatQuantity(machine.transcendentalsPerSecond, "op/s"));
  if (report.ptxas == PtxasState::Missing)
    add("<p>Registers and spills are unknown: no ptxas on the PATH, in "
        "CUDA_HOME or in /usr/local/cuda.</p>\n");
}

void Page::writeKernel(const KernelReport &kernel) {
  std::string fused;
  for (const FusedOp &op : kernel.ops)
    fused += (fused.empty() ? "" : ", ") + linkToSource(op.line, op.name);
  add("<tr id=\"{}\"><td class=\"kernel\">{}{}</td>"
      "<td>{}<small>{}</small></td>",
      escapeHtml(kernelId(kernel)), escapeHtml(kernel.label()),
      kernel.library ? "<small>or a library's</small>" : "", fused,
      escapeHtml(kernel.schedule));
  auto number = [&](const std::string &value) {
    add("<td class=\"number\">{}</td>", value);
  };
  number(bytes(kernel.onChipBytes));
  number(bytes(kernel.bytesRead));
  number(bytes(kernel.bytesWritten));
  number(bytes(kernel.bytesSaved));
  if (kernel.usage) {
    number(std::to_string(kernel.usage->registers));
    number(bytes(kernel.usage->spillStoreBytes + kernel.usage->spillLoadBytes));
  } else if (report.ptxas == PtxasState::Ran) {
    number("");
    number("");
  }
  number(seconds(kernel.predictedSeconds));
  number(seconds(kernel.floorSeconds));
  add("<td>{}</td></tr>\n", kernel.bound);
}

void Page::writeTotal(const FunctionReport &function) {
  bool hasUsage = report.ptxas == PtxasState::Ran;
  add("<tr class=\"total\"><td class=\"kernel\">{}</td>"
      "<td>kernels: {}</td><td></td>"
      "<td class=\"number\">{}</td><td class=\"number\">{}</td>"
      "<td class=\"number\">{}</td>{}<td class=\"number\">{}</td>"
      "<td class=\"number\">{}</td><td></td></tr>\n",
      escapeHtml(function.at.empty() ? function.name
                                     : function.name + " at " + function.at),
      function.kernels.size(), bytes(function.sum(&KernelReport::bytesRead)),
      bytes(function.sum(&KernelReport::bytesWritten)),
      bytes(function.sum(&KernelReport::bytesSaved)),
      hasUsage ? "<td></td><td></td>" : "",
      seconds(function.sum(&KernelReport::predictedSeconds)),
      seconds(function.sum(&KernelReport::floorSeconds)));
}

void Page::writeTable() {
  bool hasUsage = report.ptxas == PtxasState::Ran;
  add("<h2>Kernels</h2>\n<div class=\"wide\"><table>\n<thead><tr>"
      "<th>kernel</th><th>fused, schedule</th>");
  auto column = [&](llvm::StringRef name) {
    add("<th class=\"number\">{}</th>", name.str());
  };
  column("on chip");
  column("read");
  column("written");
  column("saved");
  if (hasUsage) {
    column("registers");
    column("spilled");
  }
  column("predicted");
  column("at least");
  add("<th>bound by</th></tr></thead>\n<tbody>\n");
  for (const FunctionReport &function : report.functions) {
    for (const KernelReport &kernel : function.kernels)
      writeKernel(kernel);
    writeTotal(function);
  }
  add("</tbody>\n</table></div>\n");
}

void Page::writePictures() {
  add("<h2>Memory traffic</h2>\n<p>Bytes read and written by each kernel, and "
      "what its block ops would move one by one: every value between two of "
      "them written once and read once by each reader.</p>\n"
      "<div class=\"wide\">{}</div>\n",
      drawTraffic(report));
  std::vector<chart::RooflineKernel> kernels;
  for (const FunctionReport &function : report.functions)
    for (const KernelReport &kernel : function.kernels)
      kernels.push_back({kernel.label(), kernelId(kernel), kernel.counts(),
                         kernel.predictedSeconds});
  auto roofline = chart::drawRoofline(ceilingsOf(report.machine), kernels,
                                      "predicted", report.target);
  if (!roofline)
    return;
  add("<h2>Roofline</h2>\n<div class=\"wide\">{}</div>\n", roofline->finish());
}

void Page::openListing(llvm::StringRef name, llvm::StringRef summary,
                       size_t lines, bool isOpen) {
  add("<details{}><summary>{} <small>{}, {} lines</small></summary>\n"
      "<pre class=\"listing\">",
      isOpen ? " open=\"open\"" : "", escapeHtml(name), escapeHtml(summary),
      lines);
}

/// The source, each line with the kernels that it became.
void Page::writeSource() {
  std::vector<std::string> kernels(report.sourceLines.size());
  for (const FunctionReport &function : report.functions)
    for (const KernelReport &kernel : function.kernels)
      for (const FusedOp &op : kernel.ops) {
        if (op.line == 0 || op.line > kernels.size())
          continue;
        // Once, also where it serves several size classes.
        std::string words = ">" + escapeHtml(kernel.name) + "</a>";
        if (!llvm::StringRef(kernels[op.line - 1]).contains(words))
          kernels[op.line - 1] += fmt::format(
              " <a href=\"#{}\"{}", escapeHtml(kernelId(kernel)), words);
      }
  add("<h2>Source and IR</h2>\n");
  openListing("source", report.source, report.sourceLines.size(), true);
  for (auto [i, line] : llvm::enumerate(report.sourceLines))
    add("<span id=\"source-{0}\"><b>{0}</b>{1}{2}</span>", i + 1,
        escapeHtml(line.text),
        kernels[i].empty() ? "" : "<i>→" + kernels[i] + "</i>");
  add("</pre></details>\n");
}

void Page::writeStage(const StageListing &stage) {
  openListing(stage.name, stage.summary, stage.lines.size(), false);
  for (const ListedLine &line : stage.lines) {
    std::string number;
    if (line.sourceLine)
      number = linkToSource(line.sourceLine, std::to_string(line.sourceLine));
    add("<span><b>{}</b>{}</span>", number, escapeHtml(line.text));
  }
  add("</pre></details>\n");
}

std::string Page::write() {
  writeHead();
  bool hasKernels =
      llvm::any_of(report.functions, [](const FunctionReport &each) {
        return !each.kernels.empty();
      });
  if (hasKernels) {
    writeTable();
    writePictures();
  }
  writeSource();
  add("<p>The number before a line is its line of the source.</p>\n");
  for (const StageListing &stage : report.stages)
    writeStage(stage);
  add("</body>\n</html>\n");
  return std::move(text);
}

std::string mlir::ssm::reportAsHtml(const CompilationReport &report) {
  return Page(report).write();
}
