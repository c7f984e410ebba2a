/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: ACPI locks that nobody else takes. For VT-d. */
#define ACPI_FLUSH_CPU_CACHE() do { } while (0)
#define ACPI_ACQUIRE_GLOBAL_LOCK(f, a) ((a) = 1)
#define ACPI_RELEASE_GLOBAL_LOCK(f, p) ((p) = 0)
