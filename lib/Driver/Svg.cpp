// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the elements of a picture, every word escaped.

#include "lib/Driver/Svg.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>
#include <fmt/format.h>

using namespace mlir::ssm;

std::string mlir::ssm::escapeHtml(llvm::StringRef text) {
  std::string escaped;
  llvm::raw_string_ostream stream(escaped);
  llvm::printHTMLEscaped(text, stream);
  return escaped;
}

/// Moves `at` back to the first byte of a UTF-8 sequence.
static size_t startOfLetter(llvm::StringRef text, size_t at) {
  while (at > 0 && at < text.size() && (text[at] & 0xC0) == 0x80)
    --at;
  return at;
}

std::string mlir::ssm::shorten(llvm::StringRef text, size_t letters) {
  if (text.size() <= letters)
    return text.str();
  size_t front = startOfLetter(text, letters / 2);
  size_t back = startOfLetter(text, text.size() - (letters - letters / 2 - 1));
  return (text.take_front(front) + "…" + text.drop_front(back)).str();
}

double mlir::ssm::roundDown125(double value) {
  double power = std::pow(10, std::floor(std::log10(value)));
  double digit = value / power;
  return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
}

void Svg::line(Point from, Point to, llvm::StringRef style) {
  shapes += fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" "
                        "x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n",
                        style.str(), from.x, from.y, to.x, to.y);
}

void Svg::bar(Point corner, double width, double height, llvm::StringRef style,
              llvm::StringRef title) {
  shapes += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" "
                        "width=\"{:.1f}\" height=\"{:.1f}\"><title>{}</title>"
                        "</rect>\n",
                        style.str(), corner.x, corner.y, width, height,
                        escapeHtml(title));
}

void Svg::dot(Point center, double radius, llvm::StringRef style,
              llvm::StringRef title) {
  shapes +=
      fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" "
                  "r=\"{:.1f}\"><title>{}</title></circle>\n",
                  style.str(), center.x, center.y, radius, escapeHtml(title));
}

static const char *nameOf(Anchor anchor) {
  return anchor == Anchor::Start    ? "start"
         : anchor == Anchor::Middle ? "middle"
                                    : "end";
}

void Svg::text(Point at, llvm::StringRef words, Anchor anchor,
               llvm::StringRef style, double degrees) {
  std::string turn =
      degrees == 0 ? ""
                   : fmt::format(" transform=\"rotate({:.1f} {:.1f} {:.1f})\"",
                                 degrees, at.x, at.y);
  shapes += fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" "
                        "text-anchor=\"{}\"{}>{}</text>\n",
                        style.str(), at.x, at.y, nameOf(anchor), turn,
                        escapeHtml(words));
}

void Svg::link(Point at, llvm::StringRef words, Anchor anchor,
               llvm::StringRef style, llvm::StringRef target,
               llvm::StringRef title) {
  shapes += fmt::format("<a href=\"#{}\"><text class=\"{}\" x=\"{:.1f}\" "
                        "y=\"{:.1f}\" text-anchor=\"{}\"><title>{}</title>{}"
                        "</text></a>\n",
                        escapeHtml(target), style.str(), at.x, at.y,
                        nameOf(anchor), escapeHtml(title), escapeHtml(words));
}

std::string Svg::finish() const {
  return fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" "
                     "height=\"{:.0f}\" role=\"img\" aria-label=\"{}\">\n{}"
                     "</svg>\n",
                     width, height, width, height, escapeHtml(title), shapes);
}
