# Installs the runtime so that find_package(SSM) and pkg-config find it.
include(CMakePackageConfigHelpers)

set(SSM_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/SSM)
install(TARGETS ssm_runtime ssm_runtime_shared EXPORT SSMRuntimeTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/ssm
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT runtime)
install(EXPORT SSMRuntimeTargets NAMESPACE ssm::
  DESTINATION ${SSM_CMAKE_DIR} COMPONENT runtime)

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/SSMConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/SSMConfig.cmake
  INSTALL_DESTINATION ${SSM_CMAKE_DIR})
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/SSMConfigVersion.cmake
  VERSION 0.1.0 COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/SSMConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/SSMConfigVersion.cmake
  DESTINATION ${SSM_CMAKE_DIR} COMPONENT runtime)

configure_file(${CMAKE_CURRENT_LIST_DIR}/ssm.pc.in
  ${CMAKE_CURRENT_BINARY_DIR}/ssm.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/ssm.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT runtime)
