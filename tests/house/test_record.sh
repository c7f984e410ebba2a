#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/record with a QEMU of our own in front, and packages that are there already: what it boots, that it says in one line
# what went wrong in the guest, and what it refuses. CI records nothing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

record=$top/scripts/record
bin=$scratch/bin
out=$scratch/out
mkdir "$bin"
export XDG_CACHE_HOME=$scratch/cache

fake() {
	printf '#!/usr/bin/env bash\n%s\n' "$2" >"$bin/$1"
	chmod +x "$bin/$1"
}

for arch in x86 arm64; do
	guest=$XDG_CACHE_HOME/iopfsim/linux-trixie-$arch
	mkdir -p "$guest/kernel/boot" "$guest/kernel/modules" "$guest/busybox/usr/bin"
	echo kernel >"$guest/kernel/boot/vmlinuz-6.12"
	head -c 300000 /dev/zero >"$guest/busybox/usr/bin/busybox"
	echo "Package: linux-image-6.12 Version: 1" >"$guest/packages"
	for module in crc32c_generic libcrc32c crc16 mbcache jbd2 ext4 virtio_mmio virtio_blk failover net_failover virtio_net; do
		echo "$module" >"$guest/kernel/modules/$module.ko"
	done
done
for program in apt-get dpkg-deb xz; do fake "$program" 'exit 1'; done
# busybox packs the initramfs.
fake busybox 'cat'
# shellcheck disable=SC2016
fake qemu-system-x86_64 '
printf "%s\n" "$@" >arguments
printf "RECORD booted\r\n$GUEST\r\n" >console.log
if [ "$GUEST" = "RECORD done" ]; then
	echo guest >ftrace
	tar -cf out.img ftrace
	echo "1@1.000001:vtd_dmar_translate dev 00:03.00 iova 0x1000 -> gpa 0x5000 mask 0xfff" >qemu.log
fi
exit "${STATUS:-0}"'
cp "$bin/qemu-system-x86_64" "$bin/qemu-system-aarch64"
# shellcheck disable=SC2016
fake iopfsim 'if [ "$2" = merge ]; then echo trace >"$6"; echo "$6: 1 records"; fi'
PATH=$bin:$PATH
go=("$record" --binary "$bin/iopfsim")

expect 0 "Usage: scripts/record" "$record" --help
expect 2 "architecture '', expected x86 or arm64" "${go[@]}"
expect 2 "architecture 'sparc', expected x86 or arm64" "${go[@]}" sparc
expect 2 "--devices 'usb', expected virtio or native" "${go[@]}" --devices usb x86
expect 2 "--name wants a value" "${go[@]}" x86 --name
expect 2 "unknown option '--fast'" "${go[@]}" --fast x86
expect 2 "unknown argument 'more'" "${go[@]}" x86 "$out" more
expect 2 "a file's name without a folder" "${go[@]}" --name ../x x86
expect 2 "is no program, expected --binary IOPFSIM" "$record" --binary "$scratch/none" x86 "$out"

export GUEST="RECORD done"
for arch in x86 arm64; do
	expect 0 "1 translations: $out/linux-$arch-virtio.trace" "${go[@]}" "$arch" "$out"
	expect 0 "translations of the recorder: 1" cat "$out/linux-$arch-virtio.txt"
	expect 0 "scripts/record --devices virtio --name linux-$arch-virtio $arch" cat "$out/linux-$arch-virtio.txt"
	expect 0 "iommu_platform=on" cat "$out/arguments"
done
expect 0 "iommu=smmuv3" cat "$out/arguments"
expect 1 "the kernel has no module nvme" "${go[@]}" --devices native x86 "$out"

expect 1 "QEMU: exit 3, log: $out/qemu.out" env STATUS=3 "${go[@]}" x86 "$out"
expect 1 "the guest's work failed, log: $out/console.log" env GUEST="Kernel panic" "${go[@]}" x86 "$out"
expect 1 "the guest's work failed" env GUEST="RECORD failed: disk work" "${go[@]}" x86 "$out"
finish
