# SPDX-License-Identifier: GPL-2.0-only
iopfsim_test(models/test_device_dma models sim)
