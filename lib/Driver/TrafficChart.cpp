// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bars of memory traffic before and after fusion.

#include "lib/Chart/Quantity.h"
#include "lib/Chart/Svg.h"
#include "lib/Driver/ReportCharts.h"

#include <algorithm>

using namespace mlir::ssm;
using namespace ::ssm::chart;

namespace {

constexpr double kRow = 44, kBar = 14, kAxis = 30, kLegend = 28;
constexpr size_t kMaxLetters = 40;
constexpr double kGap = 8;

/// Where bars begin, and how many pixels a byte is.
struct Scale {
  double left = 0, right = 0, pixelsPerByte = 0, largest = 0;
};

} // namespace

static std::vector<const KernelReport *>
allKernels(const CompilationReport &report) {
  std::vector<const KernelReport *> kernels;
  for (const FunctionReport &function : report.functions)
    for (const KernelReport &kernel : function.kernels)
      kernels.push_back(&kernel);
  return kernels;
}

static double before(const KernelReport &kernel) {
  return kernel.bytesMoved() + kernel.bytesSaved;
}

static Scale chooseScale(llvm::ArrayRef<const KernelReport *> kernels) {
  Scale scale;
  size_t letters = 0;
  for (const KernelReport *kernel : kernels) {
    letters = std::max(letters, std::min(kernel->label().size(), kMaxLetters));
    scale.largest = std::max(scale.largest, before(*kernel));
  }
  // The number beside the longest bar stands right of it.
  double numberWidth =
      llvm::StringRef("0.00 MB").size() * Svg::kLetterWidth + kGap;
  scale.left = letters * Svg::kLetterWidth + kGap;
  scale.right = kChartWidth - numberWidth;
  scale.pixelsPerByte = (scale.right - scale.left) / scale.largest;
  return scale;
}

static void drawAxis(Svg &svg, const Scale &scale, double top, double bottom) {
  constexpr double kMarks = 5;
  double step = roundDown125(scale.largest / kMarks);
  for (double bytes = 0; bytes <= scale.largest; bytes += step) {
    double x = scale.left + bytes * scale.pixelsPerByte;
    svg.line({x, top}, {x, bottom}, "grid");
    svg.text({x, bottom + 18}, formatQuantity(bytes, "B"), Anchor::Middle,
             "mark");
  }
}

static void drawLegend(Svg &svg, double left) {
  const std::pair<const char *, const char *> entries[] = {
      {"before", "each block op a launch of its own"},
      {"after", "as compiled"}};
  for (auto [style, words] : entries) {
    svg.bar({left, 4}, kBar, kBar, style, words);
    svg.text({left + kBar + kGap, 4 + kBar - 2}, words, Anchor::Start, "mark");
    left += kBar + 4 * kGap + llvm::StringRef(words).size() * Svg::kLetterWidth;
  }
}

static void drawKernel(Svg &svg, const Scale &scale, double top,
                       const KernelReport &kernel) {
  svg.link({scale.left - kGap, top + kRow / 2},
           shorten(kernel.label(), kMaxLetters), Anchor::End, "name",
           kernelId(kernel), kernel.label());
  double y = top + (kRow - 2 * kBar) / 2;
  const std::pair<double, const char *> bars[] = {
      {before(kernel), "before"}, {kernel.bytesMoved(), "after"}};
  for (auto [bytes, style] : bars) {
    double width = bytes * scale.pixelsPerByte;
    std::string number = formatQuantity(bytes, "B");
    svg.bar({scale.left, y}, width, kBar - 1, style,
            kernel.label() + ": " + number);
    svg.text({scale.left + width + kGap / 2, y + kBar - 3}, number,
             Anchor::Start, "mark");
    y += kBar;
  }
}

std::string mlir::ssm::drawTraffic(const CompilationReport &report) {
  std::vector<const KernelReport *> kernels = allKernels(report);
  Scale scale = chooseScale(kernels);
  double bottom = kLegend + kernels.size() * kRow;
  Svg svg(kChartWidth, bottom + kAxis,
          "memory traffic of each kernel before and after fusion");
  drawAxis(svg, scale, kLegend, bottom);
  drawLegend(svg, scale.left);
  double top = kLegend;
  for (const KernelReport *kernel : kernels) {
    drawKernel(svg, scale, top, *kernel);
    top += kRow;
  }
  return svg.finish();
}
