// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shapes of a picture as text. Colours come from the page's style by class.

#ifndef LIB_DRIVER_SVG_H
#define LIB_DRIVER_SVG_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <utility>

namespace mlir::ssm {

/// `text` with `& < > " '` as entities.
std::string escapeHtml(llvm::StringRef text);

/// `text` of at most `letters` letters, the middle left out if it is longer.
std::string shorten(llvm::StringRef text, size_t letters);

/// The largest of 1, 2, 5 times a power of ten that is at most `value`.
double roundDown125(double value);

struct Point {
  double x = 0, y = 0;
};

enum class Anchor { Start, Middle, End };

/// Shapes drawn so far, the first at the back. Every length is in pixels of the
/// picture, y downwards; `style` is a class of the page.
class Svg {
public:
  /// Width of a letter of the page's text in pictures, at most.
  static constexpr double kLetterWidth = 7.3;

  Svg(double width, double height, llvm::StringRef title)
      : width(width), height(height), title(title) {}

  void line(Point from, Point to, llvm::StringRef style);
  /// `title` shows when one points at the bar.
  void bar(Point corner, double width, double height, llvm::StringRef style,
           llvm::StringRef title);
  void dot(Point center, double radius, llvm::StringRef style,
           llvm::StringRef title);
  /// Turned by `degrees` around its anchor.
  void text(Point at, llvm::StringRef words, Anchor anchor,
            llvm::StringRef style, double degrees = 0);
  /// Text that links to `target`, the id of an element of the page.
  void link(Point at, llvm::StringRef words, Anchor anchor,
            llvm::StringRef style, llvm::StringRef target,
            llvm::StringRef title);

  std::string finish() const;

private:
  double width, height;
  std::string title;
  std::string shapes;
};

} // namespace mlir::ssm

#endif // LIB_DRIVER_SVG_H
