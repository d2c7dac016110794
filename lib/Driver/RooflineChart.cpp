// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The roofline: ceilings of a machine and kernels under them.

#include "lib/Driver/Quantity.h"
#include "lib/Driver/ReportCharts.h"
#include "lib/Driver/Svg.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace mlir::ssm;
using ::ssm::schedule::Machine;

namespace {

constexpr double kLeft = 92, kTop = 14, kPlotHeight = 420, kBelow = 52;
constexpr double kLabelHeight = 18, kLeader = 36, kGap = 8;
constexpr size_t kMaxLetters = 36;

/// A kernel that computes something.
struct Mark {
  const KernelReport *kernel;
  /// Operations a byte; operations a second as predicted and at the floor.
  double intensity, predicted, floor;
};

/// One logarithmic axis: values from low to high to pixels.
struct LogAxis {
  double low = INFINITY, high = 0;
  double start = 0, end = 0;

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// Widens to whole powers of ten.
  void widen() {
    low = std::pow(10, std::floor(std::log10(low / 1.2)));
    high = std::pow(10, std::ceil(std::log10(high * 1.2)));
  }
  /// The powers of ten and, where there is space for the numbers, 2 and 5 times
  /// each.
  std::vector<double> ticks() const {
    constexpr double kDecadesWithSpace = 4.5;
    bool hasSpace = std::log10(high / low) < kDecadesWithSpace;
    std::vector<double> values;
    for (double power = low; power < high * 1.01; power *= 10)
      for (double digit : {1, 2, 5})
        if ((digit == 1 || hasSpace) && digit * power < high * 1.01)
          values.push_back(digit * power);
    return values;
  }
  double operator()(double value) const {
    return start +
           (end - start) * std::log10(value / low) / std::log10(high / low);
  }
};

class Roofline {
public:
  Roofline(const Machine &machine, std::vector<Mark> marks);
  std::string draw();

private:
  void drawGrid();
  void drawCeiling(double opsPerSecond, llvm::StringRef what,
                   llvm::StringRef style);
  Point clearestPlace(Point low, Point high) const;
  void drawCeilings();
  void drawMarks();
  std::vector<double> placeLabels() const;

  double peak() const { return 2 * machine.fmasPerSecond; }
  double memoryRoof(double intensity) const {
    return intensity * machine.memoryBytesPerSecond;
  }

  const Machine &machine;
  std::vector<Mark> marks;
  LogAxis x, y;
  double height;
  Svg svg;
};

} // namespace

static double plotHeight(size_t labels) {
  return std::max(kPlotHeight, labels * kLabelHeight);
}

static double labelWidth(const std::vector<Mark> &marks) {
  size_t letters = 0;
  for (const Mark &mark : marks)
    letters =
        std::max(letters, std::min(mark.kernel->name.size(), kMaxLetters));
  return letters * Svg::kLetterWidth;
}

Roofline::Roofline(const Machine &machine, std::vector<Mark> kernels)
    : machine(machine), marks(std::move(kernels)),
      height(plotHeight(marks.size())),
      svg(kChartWidth, kTop + height + kBelow,
          "roofline: operations a byte against operations a second") {
  // Labels stand in a column right of the plot, from top to bottom.
  llvm::stable_sort(marks, [](const Mark &a, const Mark &b) {
    return a.predicted > b.predicted;
  });
  x.start = kLeft;
  x.end = kChartWidth - labelWidth(marks) - kLeader - kGap;
  y.start = kTop + height;
  y.end = kTop;
  x.include(peak() / machine.memoryBytesPerSecond);
  y.include(peak());
  for (const Mark &mark : marks) {
    x.include(mark.intensity);
    y.include(mark.predicted);
    y.include(mark.floor);
  }
  x.widen();
  y.widen();
}

void Roofline::drawGrid() {
  for (double value : x.ticks()) {
    svg.line({x(value), y.start}, {x(value), y.end}, "grid");
    svg.text({x(value), y.start + 18}, fmt::format("{:g}", value),
             Anchor::Middle, "mark");
  }
  for (double value : y.ticks()) {
    svg.line({x.start, y(value)}, {x.end, y(value)}, "grid");
    svg.text({x.start - kGap, y(value) + 4}, formatQuantity(value, ""),
             Anchor::End, "mark");
  }
  svg.text({(x.start + x.end) / 2, y.start + 40}, "operations a byte",
           Anchor::Middle, "axis");
  svg.text({20, (y.start + y.end) / 2}, "operations a second", Anchor::Middle,
           "axis", -90);
}

/// A level ceiling, from where memory can feed it.
void Roofline::drawCeiling(double opsPerSecond, llvm::StringRef what,
                           llvm::StringRef style) {
  double ridge = opsPerSecond / machine.memoryBytesPerSecond;
  if (opsPerSecond < y.low || ridge > x.high)
    return;
  double from = x(std::max(ridge, x.low));
  svg.line({from, y(opsPerSecond)}, {x.end, y(opsPerSecond)}, style);
  svg.text({x.end - kGap, y(opsPerSecond) - 6},
           (what + " " + formatQuantity(opsPerSecond, "op/s")).str(),
           Anchor::End, "halo");
}

/// The point of a line that is farthest from any mark to the left or right.
Point Roofline::clearestPlace(Point low, Point high) const {
  Point best;
  double bestDistance = -1;
  for (double share : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8}) {
    Point place{low.x + share * (high.x - low.x),
                low.y + share * (high.y - low.y)};
    double distance = INFINITY;
    for (const Mark &mark : marks)
      distance = std::min(distance, std::abs(x(mark.intensity) - place.x));
    if (distance <= bestDistance)
      continue;
    best = place;
    bestDistance = distance;
  }
  return best;
}

void Roofline::drawCeilings() {
  drawCeiling(peak(), "multiply-adds", "roof");
  drawCeiling(machine.transcendentalsPerSecond, "transcendentals alone",
              "roof dashed");
  double from = std::max(x.low, y.low / machine.memoryBytesPerSecond);
  double to = peak() / machine.memoryBytesPerSecond;
  Point low{x(from), y(memoryRoof(from))}, high{x(to), y(peak())};
  svg.line(low, high, "roof");
  double degrees =
      std::atan2(high.y - low.y, high.x - low.x) * 180 / std::acos(-1.0);
  Point at = clearestPlace(low, high);
  svg.text({at.x - 6, at.y - 6},
           "memory " + formatQuantity(machine.memoryBytesPerSecond, "B/s"),
           Anchor::Middle, "halo", degrees);
}

/// A height for each mark's label: near the mark, no two closer than a line.
std::vector<double> Roofline::placeLabels() const {
  std::vector<double> places;
  double lowest = kTop;
  for (const Mark &mark : marks) {
    lowest = std::max(lowest + (places.empty() ? 0 : kLabelHeight),
                      y(mark.predicted));
    places.push_back(lowest);
  }
  double highest = y.start;
  for (double &place : llvm::reverse(places)) {
    place = std::min(place, highest);
    highest = place - kLabelHeight;
  }
  return places;
}

void Roofline::drawMarks() {
  std::vector<double> places = placeLabels();
  for (auto [mark, place] : llvm::zip(marks, places))
    svg.line({x(mark.intensity), y(mark.predicted)},
             {x.end + kLeader - kGap, place}, "leader");
  for (auto [mark, place] : llvm::zip(marks, places)) {
    Point at{x(mark.intensity), y(mark.predicted)};
    Point best{at.x, y(mark.floor)};
    svg.line(at, best, "reach");
    svg.line({best.x - 6, best.y}, {best.x + 6, best.y}, "reach");
    svg.dot(
        at, 5, "dot",
        fmt::format("{}: {:.3g} operations a byte, {} predicted, at least {}",
                    mark.kernel->name, mark.intensity,
                    formatQuantity(mark.kernel->predictedSeconds, "s"),
                    formatQuantity(mark.kernel->floorSeconds, "s")));
    svg.link({x.end + kLeader, place + 4},
             shorten(mark.kernel->name, kMaxLetters), Anchor::Start, "name",
             kernelId(mark.kernel->name), mark.kernel->name);
  }
}

std::string Roofline::draw() {
  drawGrid();
  drawCeilings();
  drawMarks();
  return svg.finish();
}

std::string mlir::ssm::drawRoofline(const CompilationReport &report) {
  std::vector<Mark> marks;
  for (const FunctionReport &function : report.functions)
    for (const KernelReport &kernel : function.kernels)
      if (double operations = kernel.operations(); operations > 0)
        marks.push_back({&kernel, operations / kernel.bytesMoved(),
                         operations / kernel.predictedSeconds,
                         operations / kernel.floorSeconds});
  if (marks.empty())
    return "";
  return Roofline(report.machine, std::move(marks)).draw();
}
