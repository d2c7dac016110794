// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The style of a report's page: colours for a light and a dark screen, then
// text, tables and listings. Pictures have their own (lib/Chart/Svg.h).

#ifndef LIB_DRIVER_REPORTSTYLE_H
#define LIB_DRIVER_REPORTSTYLE_H

namespace mlir::ssm {

constexpr const char *kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f5f7f9; --ink: #1b2127; --soft: #57626d;
  --line: #dce1e6; --accent: #0a64c2; --mark: #fff3c4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181c; --panel: #1c2228; --ink: #e4e8ec; --soft: #9daab6;
    --line: #343d46; --accent: #5eabff; --mark: #4a4118;
  }
}
body {
  margin: 0 auto; max-width: 1120px; padding: 8px 20px 60px;
  background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif;
}
h1 { font-size: 26px; margin: 20px 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 36px 0 8px; }
p { margin: 4px 0; color: var(--soft); }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { padding: 6px 8px; border-bottom: 1px solid var(--line);
  text-align: left; vertical-align: top; }
th:first-child { width: 16%; }
th:nth-child(2) { width: 28%; }
th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
.wide { overflow-x: auto; }
td small { display: block; color: var(--soft);
  font: 11px/1.5 ui-monospace, monospace; }
td.kernel { font: 12px/1.6 ui-monospace, monospace; overflow-wrap: anywhere;
  min-width: 120px; }
tr.total td.kernel { font-weight: 600; }
tr.total td { font-weight: 600; border-bottom: 2px solid var(--line); }
tr:target, .listing span:target { background: var(--mark); }
svg { min-width: 760px; max-width: 100%; height: auto; }
details { border: 1px solid var(--line); border-radius: 6px; margin: 8px 0; }
summary { padding: 7px 12px; cursor: pointer; }
summary small { color: var(--soft); }
.listing { margin: 0; padding: 8px 0; max-height: 75vh; overflow: auto;
  border-top: 1px solid var(--line); background: var(--panel);
  font: 12px/1.45 ui-monospace, monospace; }
.listing > span { display: block; padding-right: 12px; min-width: max-content; }
.listing b { display: inline-block; width: 44px; padding-right: 12px;
  text-align: right; font-weight: normal; color: var(--soft);
  user-select: none; }
.listing i { padding-left: 24px; font-style: normal; }
)css";

} // namespace mlir::ssm

#endif // LIB_DRIVER_REPORTSTYLE_H
