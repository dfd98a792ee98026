# SPDX-License-Identifier: BSD-2-Clause
"""A machine behind a TUN device that answers a SYN with a SYN of its own, and then resets: how a
connection is broken off while it is being made, without a firewall. Runs in its own network."""
import fcntl
import os
import socket
import struct
import subprocess


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def segment(source, target, ports, sequence, acknowledged, flags):
    tcp = struct.pack("!HHIIBBHHH", *ports, sequence, acknowledged, 5 << 4, flags, 65535, 0, 0)
    around = source + target + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(around + tcp)) + tcp[18:]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + source + target
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + tcp


def main():
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, 0x400454ca, struct.pack("16sH22x", b"far", 0x1001))
    for words in (("address", "add", "10.8.0.1/24", "dev", "far"), ("link", "set", "far", "up")):
        subprocess.run(["ip", *words], check=True)
    print("ready", flush=True)
    while True:
        packet = os.read(tun, 2048)
        if packet[0] >> 4 != 4 or packet[9] != socket.IPPROTO_TCP:
            continue
        source, target = packet[12:16], packet[16:20]
        mine, theirs = struct.unpack("!HH", packet[20:24])
        sequence, flags = struct.unpack("!I", packet[24:28])[0], packet[33]
        ports = (theirs, mine)
        if flags == 0x02 or flags & 0xc2 == 0xc2:
            os.write(tun, segment(target, source, ports, 1000, 0, 0x02))
        elif flags & 0x12 == 0x12:
            os.write(tun, segment(target, source, ports, 1001, sequence + 1, 0x14))


main()
