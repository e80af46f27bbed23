package dev.bbm.starter.embedded;

/** Where the dev server is reached; chosen once, so that clients find it again after a restart. */
record DevServerPorts(LoopbackPort grpc, LoopbackPort webUi) {

  static DevServerPorts free() {
    return new DevServerPorts(LoopbackPort.free(), LoopbackPort.free());
  }
}
