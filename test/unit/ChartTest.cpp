// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Floors, and a roofline that can be read: everything inside of the picture,
// labels apart from each other, points where the axes say.
#include "lib/Chart/Roofline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <regex>

using namespace ssm::chart;

namespace {

constexpr Ceilings kCeilings{3e12, 60e12, 800e12, 4e12};

TEST(Floor, IsTheBusiestUnits) {
  Floor floor = floorOf({3e6, 60e6, 0, 0.8e6}, kCeilings);
  EXPECT_DOUBLE_EQ(floor.seconds, 1e-6);
  EXPECT_STREQ(floor.bound, "memory");
  floor = floorOf({3e6, 60e6, 0, 8e6}, kCeilings);
  EXPECT_DOUBLE_EQ(floor.seconds, 2e-6);
  EXPECT_STREQ(floor.bound, "transcendentals");
  floor = floorOf({3e6, 180e6, 0, 8e6}, kCeilings);
  EXPECT_DOUBLE_EQ(floor.seconds, 3e-6);
  EXPECT_STREQ(floor.bound, "arithmetic");
}

TEST(Floor, MatrixUnitsTakeTheirPart) {
  Floor floor = floorOf({0, 860e6, 800e6, 0}, kCeilings);
  EXPECT_DOUBLE_EQ(floor.seconds, 1e-6);
  floor = floorOf({0, 1660e6, 1600e6, 0}, kCeilings);
  EXPECT_DOUBLE_EQ(floor.seconds, 2e-6);
  EXPECT_STREQ(floor.bound, "matrix units");
  // Without matrix units the lanes multiply.
  Ceilings lanes = kCeilings;
  lanes.matrix = 0;
  floor = floorOf({0, 600e6, 600e6, 0}, lanes);
  EXPECT_DOUBLE_EQ(floor.seconds, 1e-5);
  EXPECT_STREQ(floor.bound, "arithmetic");
}

TEST(Floor, UnknownCeilingsBoundNothing) {
  EXPECT_EQ(floorOf({1e9, 1e9, 1e9, 1e9}, {}).seconds, 0);
  Floor floor = floorOf({1e9, 1e9, 0, 1e9}, {1e12, 0, 0, 0});
  EXPECT_DOUBLE_EQ(floor.seconds, 1e-3);
}

/// Every number of an attribute, in order.
std::vector<double> numbersOf(const std::string &svg,
                              const std::string &attribute) {
  std::vector<double> numbers;
  std::regex pattern(" " + attribute + "=\"([-0-9.e]+)\"");
  for (std::sregex_iterator at(svg.begin(), svg.end(), pattern), end; at != end;
       ++at)
    numbers.push_back(std::stod((*at)[1]));
  return numbers;
}

/// Where the elements that match stand, from top to bottom.
std::vector<double> heightsOf(const std::string &svg,
                              const std::string &pattern) {
  std::vector<double> heights;
  std::regex wanted(pattern);
  for (std::sregex_iterator at(svg.begin(), svg.end(), wanted), end; at != end;
       ++at)
    heights.push_back(std::stod((*at)[1]));
  return heights;
}

std::vector<RooflineKernel> scans(int count) {
  std::vector<RooflineKernel> kernels;
  for (int i = 0; i < count; ++i)
    kernels.push_back({"scan_" + std::to_string(i),
                       "",
                       {1e9 + i, 4e9, 0, 1e9},
                       1e-3 * (1 + 0.001 * i)});
  return kernels;
}

TEST(Roofline, HasAPanelForEachKindOfOperation) {
  auto both = drawRoofline(kCeilings, scans(1), "measured", "a card");
  ASSERT_TRUE(both);
  std::string svg = both->finish();
  EXPECT_NE(svg.find("transcendentals a second"), std::string::npos);
  EXPECT_NE(svg.find("operations a second"), std::string::npos);
  EXPECT_NE(svg.find(">transcendentals 4 Top/s<"), std::string::npos);
  EXPECT_NE(svg.find(">multiply-adds 60 Top/s<"), std::string::npos);
  EXPECT_NE(svg.find(">memory 3 TB/s<"), std::string::npos);
  EXPECT_NE(svg.find(">1 ms, 33 % of memory<"), std::string::npos);
  // No kernel could use them.
  EXPECT_EQ(svg.find("matrix units"), std::string::npos);
  auto product = drawRoofline(
      kCeilings, {{"dot", "", {1e6, 9e9, 9e9, 0}, 1e-3}}, "measured", "a card");
  ASSERT_TRUE(product);
  EXPECT_NE(product->finish().find(">matrix units 800 Top/s<"),
            std::string::npos);
  EXPECT_EQ(product->finish().find("transcendentals"), std::string::npos);
  EXPECT_FALSE(drawRoofline(kCeilings, {{"copy", "", {1e6, 0, 0, 0}, 1e-3}},
                            "measured", "a card"));
}

TEST(Roofline, LabelsOfCloseKernelsStandApart) {
  for (int count : {2, 8, 40}) {
    auto picture = drawRoofline(kCeilings, scans(count), "measured", "a card");
    ASSERT_TRUE(picture);
    std::string svg = picture->finish();
    auto names = heightsOf(svg, "class=\"name\" x=\"[0-9.]+\" y=\"([0-9.]+)\"");
    ASSERT_EQ(names.size(), size_t(2 * count));
    std::sort(names.begin(), names.end());
    for (size_t i = 1; i < names.size(); ++i)
      EXPECT_GE(names[i] - names[i - 1], 30) << i << " of " << count;
  }
}

TEST(Roofline, NothingStandsOutside) {
  std::vector<RooflineKernel> kernels = scans(8);
  kernels.push_back({"tiny", "", {8, 1, 0, 1}, 5});
  kernels.push_back({"huge", "", {1, 1e15, 1e15, 1e12}, 1e-9});
  kernels.push_back({std::string(300, 'n'), "", {1e3, 1e3, 0, 1e3}, 1e-6});
  for (const Ceilings &ceilings : {kCeilings, Ceilings{}}) {
    auto picture = drawRoofline(ceilings, kernels, "measured", "a card");
    ASSERT_TRUE(picture);
    std::string svg = picture->finishFile();
    double width = numbersOf(svg, "width")[0];
    double height = numbersOf(svg, "height")[0];
    for (const char *name : {"x", "x1", "x2", "cx"})
      for (double value : numbersOf(svg, name))
        EXPECT_TRUE(value >= 0 && value <= width) << name << " = " << value;
    for (const char *name : {"y", "y1", "y2", "cy"})
      for (double value : numbersOf(svg, name))
        EXPECT_TRUE(value >= 0 && value <= height) << name << " = " << value;
  }
}

TEST(Roofline, FastIsAboveSlowAndMeasuredBelowTheRoof) {
  std::vector<RooflineKernel> kernels = {{"slow", "", {1e9, 0, 0, 1e9}, 4e-3},
                                         {"fast", "", {1e9, 0, 0, 1e9}, 1e-3}};
  auto picture = drawRoofline(kCeilings, kernels, "measured", "a card");
  ASSERT_TRUE(picture);
  auto dots = heightsOf(picture->finish(), "cy=\"([0-9.]+)\"");
  ASSERT_EQ(dots.size(), 2u);
  EXPECT_LT(dots[0], dots[1]);
  // Both bars are at the floor of the same work.
  auto bars = heightsOf(picture->finish(),
                        "class=\"reach\" x1=\"[0-9.]+\" y1=\"([0-9.]+)\" "
                        "x2=\"[0-9.]+\" y2=\"\\1\"");
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_EQ(bars[0], bars[1]);
  EXPECT_LT(bars[0], dots[0]);
}

TEST(Svg, NamesAreEscaped) {
  auto picture = drawRoofline(kCeilings, {{"a<b&\"'>", "", {1, 1, 0, 0}, 1}},
                              "measured", "a card");
  ASSERT_TRUE(picture);
  EXPECT_NE(picture->finish().find("a&lt;b&amp;&quot;&apos;&gt;</text>"),
            std::string::npos);
}

} // namespace
