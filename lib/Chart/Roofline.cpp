// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The panels of a roofline: axes, ceilings, kernels and a column of labels.

#include "lib/Chart/Roofline.h"

#include "lib/Chart/Quantity.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace ssm::chart;

namespace {

constexpr double kLeft = 92, kHeading = 40, kPlotHeight = 380, kBelow = 64;
constexpr double kLineHeight = 15, kLabelHeight = 2 * kLineHeight + 4;
constexpr double kLeader = 44, kGap = 8;
constexpr size_t kMaxLetters = 36;

/// A kernel in a panel.
struct Mark {
  const RooflineKernel *kernel;
  /// Operations a byte; operations a second as it is and at the floor.
  double intensity, reached, floor;
  /// What stands under the name.
  std::string remark;
};

/// A level line.
struct Ceiling {
  double rate;
  std::string_view name;
};

/// One logarithmic axis: values from low to high to pixels.
struct LogAxis {
  double low = INFINITY, high = 0;
  double start = 0, end = 0;

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// Widens to 1, 2 or 5 times a power of ten.
  void widen() {
    low = roundDown125(low / 1.2);
    high = 1 / roundDown125(1 / (high * 1.2));
  }
  /// The powers of ten and, where there is space for the numbers, 2 and 5 times
  /// each.
  std::vector<double> ticks() const {
    constexpr double kDecadesWithSpace = 4.5;
    bool hasSpace = std::log10(high / low) < kDecadesWithSpace;
    std::vector<double> values;
    for (double power = std::pow(10, std::floor(std::log10(low * 1.01)));
         power < high * 1.01; power *= 10)
      for (double digit : {1, 2, 5})
        if ((digit == 1 || hasSpace) && digit * power > low * 0.99 &&
            digit * power < high * 1.01)
          values.push_back(digit * power);
    return values;
  }
  double operator()(double value) const {
    return start +
           (end - start) * std::log10(value / low) / std::log10(high / low);
  }
};

/// One kind of operations: `ceilings` from the highest to the lowest.
struct Panel {
  std::string_view heading, operations;
  double memory;
  std::vector<Ceiling> ceilings;
  std::vector<Mark> marks;

  double height() const {
    return std::max(kPlotHeight, marks.size() * kLabelHeight);
  }
};

class PanelDrawing {
public:
  PanelDrawing(const Panel &panel, double top, double right, Svg &svg);
  void draw();

private:
  void drawGrid();
  void drawCeilings();
  void drawMemoryRoof();
  void drawMarks();
  Point clearestPlace(Point low, Point high) const;
  std::vector<double> placeLabels() const;

  const Panel &panel;
  double top;
  LogAxis x, y;
  Svg &svg;
};

} // namespace

PanelDrawing::PanelDrawing(const Panel &panel, double top, double right,
                           Svg &svg)
    : panel(panel), top(top), svg(svg) {
  x.start = kLeft;
  x.end = right;
  y.start = top + panel.height();
  y.end = top;
  for (const Ceiling &ceiling : panel.ceilings) {
    y.include(ceiling.rate);
    if (panel.memory > 0)
      x.include(ceiling.rate / panel.memory);
  }
  for (const Mark &mark : panel.marks) {
    x.include(mark.intensity);
    y.include(mark.reached);
    y.include(mark.floor);
  }
  x.widen();
  y.widen();
}

void PanelDrawing::drawGrid() {
  svg.text({kLeft, top - 14}, panel.heading, Anchor::Start, "heading");
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
  svg.text({(x.start + x.end) / 2, y.start + 40},
           fmt::format("{} a byte", panel.operations), Anchor::Middle, "axis");
  svg.text({20, (y.start + y.end) / 2},
           fmt::format("{} a second", panel.operations), Anchor::Middle, "axis",
           -90);
}

/// Level ceilings, each from where memory can feed it.
void PanelDrawing::drawCeilings() {
  for (const Ceiling &ceiling : panel.ceilings) {
    double ridge = panel.memory > 0 ? ceiling.rate / panel.memory : x.low;
    double height = y(ceiling.rate);
    svg.line({x(std::max(ridge, x.low)), height}, {x.end, height}, "roof");
    svg.text({x.end - kGap, height - 6},
             fmt::format("{} {}", ceiling.name,
                         formatQuantity(ceiling.rate, "op/s")),
             Anchor::End, "halo");
  }
}

/// The point of a line that is farthest from any mark to the left or right.
Point PanelDrawing::clearestPlace(Point low, Point high) const {
  Point best;
  double bestDistance = -1;
  for (double share : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8}) {
    Point place{low.x + share * (high.x - low.x),
                low.y + share * (high.y - low.y)};
    double distance = INFINITY;
    for (const Mark &mark : panel.marks)
      distance = std::min(distance, std::abs(x(mark.intensity) - place.x));
    if (distance <= bestDistance)
      continue;
    best = place;
    bestDistance = distance;
  }
  return best;
}

void PanelDrawing::drawMemoryRoof() {
  if (panel.memory <= 0)
    return;
  double roof = panel.ceilings.empty() ? y.high : panel.ceilings.front().rate;
  double from = std::max(x.low, y.low / panel.memory);
  double to = std::min(x.high, roof / panel.memory);
  if (to <= from)
    return;
  Point low{x(from), y(from * panel.memory)}, high{x(to), y(to * panel.memory)};
  svg.line(low, high, "roof");
  double degrees =
      std::atan2(high.y - low.y, high.x - low.x) * 180 / std::acos(-1.0);
  Point at = clearestPlace(low, high);
  svg.text({at.x - 6, at.y - 6},
           "memory " + formatQuantity(panel.memory, "B/s"), Anchor::Middle,
           "halo", degrees);
}

/// A height for each mark's label: near the mark, no two closer than a label.
std::vector<double> PanelDrawing::placeLabels() const {
  std::vector<double> places;
  double lowest = top + kLineHeight;
  for (const Mark &mark : panel.marks) {
    lowest = std::max(lowest, y(mark.reached));
    places.push_back(lowest);
    lowest += kLabelHeight;
  }
  double highest = y.start - kLineHeight;
  for (size_t i = places.size(); i-- > 0;) {
    places[i] = std::min(places[i], highest);
    highest = places[i] - kLabelHeight;
  }
  return places;
}

void PanelDrawing::drawMarks() {
  std::vector<double> places = placeLabels();
  for (size_t i = 0; i < places.size(); ++i)
    svg.line({x(panel.marks[i].intensity), y(panel.marks[i].reached)},
             {x.end + kLeader - kGap, places[i]}, "leader");
  for (size_t i = 0; i < places.size(); ++i) {
    const Mark &mark = panel.marks[i];
    Point at{x(mark.intensity), y(mark.reached)};
    Point best{at.x, y(mark.floor)};
    svg.line(at, best, "reach");
    svg.line({best.x - 6, best.y}, {best.x + 6, best.y}, "reach");
    svg.dot(at, 5, "dot",
            fmt::format("{}: {:.3g} {} a byte, {}", mark.kernel->name,
                        mark.intensity, panel.operations, mark.remark));
    svg.link({x.end + kLeader, places[i] - 1},
             shorten(mark.kernel->name, kMaxLetters), Anchor::Start, "name",
             mark.kernel->link, mark.kernel->name);
    svg.text({x.end + kLeader, places[i] - 1 + kLineHeight}, mark.remark,
             Anchor::Start, "mark");
  }
}

void PanelDrawing::draw() {
  drawGrid();
  drawCeilings();
  drawMemoryRoof();
  drawMarks();
}

/// `412 us, 80 % of memory`.
static std::string remarkOn(const RooflineKernel &kernel, const Floor &floor) {
  std::string text = formatQuantity(kernel.seconds, "s");
  if (floor.seconds > 0)
    text += fmt::format(", {:.0f} % of {}",
                        100 * floor.seconds / kernel.seconds, floor.bound);
  return text;
}

/// The kernels with operations of one kind, from top to bottom.
static std::vector<Mark> marksFor(const std::vector<RooflineKernel> &kernels,
                                  double Counts::*kind,
                                  const Ceilings &ceilings) {
  std::vector<Mark> marks;
  for (const RooflineKernel &kernel : kernels) {
    double operations = kernel.counts.*kind;
    if (operations <= 0 || kernel.counts.bytes <= 0 || kernel.seconds <= 0)
      continue;
    Floor floor = floorOf(kernel.counts, ceilings);
    double best = floor.seconds > 0 ? floor.seconds : kernel.seconds;
    marks.push_back({&kernel, operations / kernel.counts.bytes,
                     operations / kernel.seconds, operations / best,
                     remarkOn(kernel, floor)});
  }
  std::stable_sort(
      marks.begin(), marks.end(),
      [](const Mark &a, const Mark &b) { return a.reached > b.reached; });
  return marks;
}

static std::vector<Panel>
makePanels(const Ceilings &ceilings,
           const std::vector<RooflineKernel> &kernels) {
  std::vector<Panel> panels;
  auto add = [&](std::string_view heading, std::string_view operations,
                 double Counts::*kind, std::vector<Ceiling> levels) {
    auto isUnknown = [](const Ceiling &ceiling) { return ceiling.rate <= 0; };
    levels.erase(std::remove_if(levels.begin(), levels.end(), isUnknown),
                 levels.end());
    Panel panel{heading, operations, ceilings.memory, std::move(levels),
                marksFor(kernels, kind, ceilings)};
    if (!panel.marks.empty())
      panels.push_back(std::move(panel));
  };
  bool onMatrixUnits =
      std::any_of(kernels.begin(), kernels.end(), [](const auto &kernel) {
        return kernel.counts.matrixFlops > 0;
      });
  add("exponentials, logarithms, reciprocals", "transcendentals",
      &Counts::transcendentals,
      {{ceilings.transcendentals, "transcendentals"}});
  add("additions and multiplications", "operations", &Counts::flops,
      {{onMatrixUnits ? ceilings.matrix : 0, "matrix units"},
       {ceilings.arithmetic, "multiply-adds"}});
  return panels;
}

static double labelWidth(const std::vector<Panel> &panels) {
  size_t letters = 0;
  for (const Panel &panel : panels)
    for (const Mark &mark : panel.marks)
      letters = std::max({letters, mark.remark.size(),
                          std::min(mark.kernel->name.size(), kMaxLetters)});
  return letters * Svg::kLetterWidth;
}

std::optional<Svg>
ssm::chart::drawRoofline(const Ceilings &ceilings,
                         const std::vector<RooflineKernel> &kernels,
                         std::string_view timeIs, std::string_view machine) {
  std::vector<Panel> panels = makePanels(ceilings, kernels);
  if (panels.empty())
    return std::nullopt;
  constexpr double kCaption = 2 * kLineHeight;
  double height = kCaption;
  for (const Panel &panel : panels)
    height += kHeading + panel.height() + kBelow;
  Svg svg(kChartWidth, height, "roofline: operations a byte to a second");
  svg.text({kLeft, kLineHeight},
           fmt::format("A point: a kernel at its {} time. The bar on its line: "
                       "at its floor, the least time by the ceilings.",
                       timeIs),
           Anchor::Start, "mark");
  svg.text({kLeft, 2 * kLineHeight},
           fmt::format("Percent: the floor's share of the time, and the "
                       "ceiling that sets the floor. Ceilings of {}.",
                       machine),
           Anchor::Start, "mark");
  double right = kChartWidth - labelWidth(panels) - kLeader - kGap;
  double top = kCaption;
  for (const Panel &panel : panels) {
    top += kHeading;
    PanelDrawing(panel, top, right, svg).draw();
    top += panel.height() + kBelow;
  }
  return svg;
}
