// SPDX-License-Identifier: GPL-2.0-only
/* Tables of what devices count. */
#include "models/device/pcie.h"

#define ROW(...) SIM_STAT_ROW(struct dev_dma_stats, __VA_ARGS__)

static const struct sim_stat dma_rows[] = {DEV_DMA_STATS(ROW)};
const struct sim_stat_table dev_dma_stat_table = SIM_STAT_TABLE(struct dev_dma_stats, dma_rows);

#undef ROW
#define ROW(...) SIM_STAT_ROW(struct dev_pcie_stats, __VA_ARGS__)

static const struct sim_stat pcie_rows[] = {DEV_PCIE_STATS(ROW)};
const struct sim_stat_table dev_pcie_stat_table = SIM_STAT_TABLE(struct dev_pcie_stats, pcie_rows);
