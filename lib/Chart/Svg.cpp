// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the elements of a picture, every word escaped.

#include "lib/Chart/Svg.h"

#include <cmath>
#include <fmt/format.h>

using namespace ssm::chart;

std::string ssm::chart::escapeHtml(std::string_view text) {
  std::string escaped;
  for (char letter : text)
    switch (letter) {
    case '&':
      escaped += "&amp;";
      break;
    case '<':
      escaped += "&lt;";
      break;
    case '>':
      escaped += "&gt;";
      break;
    case '"':
      escaped += "&quot;";
      break;
    case '\'':
      escaped += "&apos;";
      break;
    default:
      escaped += letter;
    }
  return escaped;
}

/// Moves `at` back to the first byte of a UTF-8 sequence.
static size_t startOfLetter(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && (text[at] & 0xC0) == 0x80)
    --at;
  return at;
}

std::string ssm::chart::shorten(std::string_view text, size_t letters) {
  if (text.size() <= letters)
    return std::string(text);
  size_t front = startOfLetter(text, letters / 2);
  size_t back = startOfLetter(text, text.size() - (letters - letters / 2 - 1));
  return fmt::format("{}…{}", text.substr(0, front), text.substr(back));
}

double ssm::chart::roundDown125(double value) {
  double power = std::pow(10, std::floor(std::log10(value)));
  double digit = value / power;
  return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
}

void Svg::line(Point from, Point to, std::string_view style) {
  shapes += fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" "
                        "x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n",
                        style, from.x, from.y, to.x, to.y);
}

void Svg::bar(Point corner, double width, double height, std::string_view style,
              std::string_view title) {
  shapes +=
      fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" "
                  "width=\"{:.1f}\" height=\"{:.1f}\"><title>{}</title>"
                  "</rect>\n",
                  style, corner.x, corner.y, width, height, escapeHtml(title));
}

void Svg::dot(Point center, double radius, std::string_view style,
              std::string_view title) {
  shapes += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" "
                        "r=\"{:.1f}\"><title>{}</title></circle>\n",
                        style, center.x, center.y, radius, escapeHtml(title));
}

static const char *nameOf(Anchor anchor) {
  return anchor == Anchor::Start    ? "start"
         : anchor == Anchor::Middle ? "middle"
                                    : "end";
}

void Svg::text(Point at, std::string_view words, Anchor anchor,
               std::string_view style, double degrees) {
  std::string turn =
      degrees == 0 ? ""
                   : fmt::format(" transform=\"rotate({:.1f} {:.1f} {:.1f})\"",
                                 degrees, at.x, at.y);
  shapes +=
      fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" "
                  "text-anchor=\"{}\"{}>{}</text>\n",
                  style, at.x, at.y, nameOf(anchor), turn, escapeHtml(words));
}

void Svg::link(Point at, std::string_view words, Anchor anchor,
               std::string_view style, std::string_view target,
               std::string_view title) {
  std::string content = fmt::format(
      "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" "
      "text-anchor=\"{}\"><title>{}</title>{}</text>",
      style, at.x, at.y, nameOf(anchor), escapeHtml(title), escapeHtml(words));
  shapes += target.empty() ? content + "\n"
                           : fmt::format("<a href=\"#{}\">{}</a>\n",
                                         escapeHtml(target), content);
}

std::string Svg::open(std::string_view attributes) const {
  return fmt::format("<svg {}viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" "
                     "height=\"{:.0f}\" role=\"img\" aria-label=\"{}\">\n",
                     attributes, width, height, width, height,
                     escapeHtml(title));
}

std::string Svg::finish() const { return open("") + shapes + "</svg>\n"; }

std::string Svg::finishFile() const {
  return open("xmlns=\"http://www.w3.org/2000/svg\" ") +
         fmt::format(
             "<title>{}</title>\n<style>{}</style>\n"
             "<rect class=\"page\" width=\"{:.0f}\" height=\"{:.0f}\"/>\n",
             escapeHtml(title), pictureStyle(), width, height) +
         shapes + "</svg>\n";
}

// Colours stand in it as they are: renderers of files know no variables.
std::string_view ssm::chart::pictureStyle() {
  return R"css(
svg { font: 12px ui-monospace, DejaVu Sans Mono, monospace; }
svg .page { fill: #ffffff; }
svg text { fill: #1b2127; }
svg a text { fill: #0a64c2; }
svg .mark, svg .axis { fill: #57626d; }
svg .heading { font-weight: bold; }
svg .halo { stroke: #ffffff; stroke-width: 5px; paint-order: stroke;
  stroke-linejoin: round; }
svg .grid { stroke: #dce1e6; stroke-width: 1; }
svg .before { fill: #b3bfcb; }
svg .after, svg .dot { fill: #0a64c2; }
svg .dot { stroke: #ffffff; stroke-width: 1.5; }
svg .roof { stroke: #1b2127; stroke-width: 2; }
svg .dashed { stroke-width: 1.2; stroke-dasharray: 6 4; }
svg .leader { stroke: #b3bfcb; stroke-width: 0.8; }
svg .reach { stroke: #0a64c2; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
  svg .page { fill: #14181c; }
  svg text { fill: #e4e8ec; }
  svg a text { fill: #5eabff; }
  svg .mark, svg .axis { fill: #9daab6; }
  svg .halo { stroke: #14181c; }
  svg .grid { stroke: #343d46; }
  svg .before { fill: #596775; }
  svg .after, svg .dot { fill: #5eabff; }
  svg .dot { stroke: #14181c; }
  svg .roof { stroke: #e4e8ec; }
  svg .leader { stroke: #596775; }
  svg .reach { stroke: #5eabff; }
}
)css";
}
