// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shapes of a picture as text. Colours come from a style by class: a page has
// pictureStyle() once, a file carries it.

#ifndef LIB_CHART_SVG_H
#define LIB_CHART_SVG_H

#include <string>
#include <string_view>
#include <utility>

namespace ssm::chart {

/// The width of every picture.
constexpr double kChartWidth = 1080;

/// `text` with `& < > " '` as entities.
std::string escapeHtml(std::string_view text);

/// `text` of at most `letters` letters, the middle left out if it is longer.
std::string shorten(std::string_view text, size_t letters);

/// Style sheet of all pictures, for a light and a dark screen.
std::string_view pictureStyle();

/// The largest of 1, 2, 5 times a power of ten that is at most `value`.
double roundDown125(double value);

struct Point {
  double x = 0, y = 0;
};

enum class Anchor { Start, Middle, End };

/// Shapes drawn so far, the first at the back. Every length is in pixels of the
/// picture, y downwards; `style` is a class of pictureStyle().
class Svg {
public:
  /// Width of a letter, at most.
  static constexpr double kLetterWidth = 7.3;

  Svg(double width, double height, std::string_view title)
      : width(width), height(height), title(title) {}

  void line(Point from, Point to, std::string_view style);
  /// `title` shows when one points at the bar.
  void bar(Point corner, double width, double height, std::string_view style,
           std::string_view title);
  void dot(Point center, double radius, std::string_view style,
           std::string_view title);
  /// Turned by `degrees` around its anchor.
  void text(Point at, std::string_view words, Anchor anchor,
            std::string_view style, double degrees = 0);
  /// Text that links to `target`, the id of an element of the page; text alone
  /// if that is empty.
  void link(Point at, std::string_view words, Anchor anchor,
            std::string_view style, std::string_view target,
            std::string_view title);

  /// The picture as an element of a page.
  std::string finish() const;
  /// The picture as a file of its own.
  std::string finishFile() const;

private:
  std::string open(std::string_view attributes) const;

  double width, height;
  std::string title;
  std::string shapes;
};

} // namespace ssm::chart

#endif // LIB_CHART_SVG_H
