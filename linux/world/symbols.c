// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of addresses, from the symbol table of this very program: for what the kernel says, and for
 * who waited for its locks. Nothing of it reaches a time.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linux/world/internal.h"
#include "sim/lock.h"

struct symbol {
	u64 address, bytes;
	const char *name, *file;
};

/* The program's, which no machine changes. */
static struct {
	struct symbol *symbols; /* by address */
	u64 nr;
	bool is_read;
} table;

static int by_address(const void *left, const void *right)
{
	const struct symbol *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return strcmp(a->name, b->name);
}

static bool is_named(const Elf64_Sym *symbol)
{
	u8 type = ELF64_ST_TYPE(symbol->st_info);

	return (type == STT_FUNC || type == STT_OBJECT) && symbol->st_shndx != SHN_UNDEF &&
	       symbol->st_size;
}

static void read_symbols(const u8 *image, const Elf64_Shdr *sections, const Elf64_Shdr *section)
{
	const Elf64_Sym *symbol = (const Elf64_Sym *)(image + section->sh_offset);
	const char *names = (const char *)image + sections[section->sh_link].sh_offset, *file = "?";
	u64 nr = section->sh_size / sizeof(*symbol);

	table.symbols = calloc(nr, sizeof(*table.symbols));
	for (; table.symbols && nr--; symbol++) {
		if (ELF64_ST_TYPE(symbol->st_info) == STT_FILE)
			file = names + symbol->st_name;
		if (is_named(symbol))
			table.symbols[table.nr++] = (struct symbol){
				symbol->st_value, symbol->st_size, names + symbol->st_name, file};
	}
	if (table.symbols)
		qsort(table.symbols, table.nr, sizeof(*table.symbols), by_address);
}

/* Its names stay mapped. */
static void read_program(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	const Elf64_Ehdr *header = MAP_FAILED;
	const Elf64_Shdr *sections;
	struct stat status;

	table.is_read = true;
	if (fd >= 0 && !fstat(fd, &status))
		header = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	if (header == MAP_FAILED)
		return;
	sections = (const Elf64_Shdr *)((const u8 *)header + header->e_shoff);
	for (u32 i = 0; i < header->e_shnum; i++) {
		if (sections[i].sh_type == SHT_SYMTAB)
			read_symbols((const u8 *)header, sections, &sections[i]);
	}
}

static const struct symbol *symbol_at(u64 address)
{
	u64 low = 0, high;

	if (!table.is_read)
		read_program();
	high = table.nr;
	while (low < high) {
		u64 middle = (low + high) / 2;

		if (table.symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address - table.symbols[low - 1].address >= table.symbols[low - 1].bytes)
		return NULL;
	return &table.symbols[low - 1];
}

int ksim_symbol(unsigned long address, char *text, unsigned long bytes)
{
	const struct symbol *symbol = symbol_at(address);

	if (!symbol)
		return 0;
	snprintf(text, bytes, "%s+0x%llx/0x%llx", symbol->name, address - symbol->address,
		 symbol->bytes);
	return 1;
}

bool linux_function_at(u64 address, char *text, size_t bytes)
{
	return ksim_symbol(address, text, bytes);
}

unsigned long ksim_stack_end(void)
{
	return sim_thread_self() ? sim_thread_stack_end(sim_thread_self()) : 0;
}

/* --- call sites --- */

struct site {
	struct sim_site site; /* first */
	u64 ip;
	struct site *next;
};

#define NR_BUCKETS 1024
static struct site *sites[NR_BUCKETS];

static struct site *site_make(u64 ip)
{
	const struct symbol *symbol = symbol_at(ip - 1);
	struct site *site = calloc(1, sizeof(*site));
	char *func = NULL;

	if (site && symbol && asprintf(&func, "%s+0x%llx", symbol->name, ip - symbol->address) > 0)
		site->site = (struct sim_site){.file = symbol->file, .func = func};
	else if (site)
		site->site = (struct sim_site){.file = "?", .func = "?"};
	return site;
}

const struct sim_site *world_site_of(u64 ip)
{
	struct site **at = &sites[(ip >> 1) % NR_BUCKETS];

	while (*at && (*at)->ip != ip)
		at = &(*at)->next;
	if (!*at) {
		*at = site_make(ip);
		if (*at)
			(*at)->ip = ip;
	}
	return *at ? &(*at)->site : NULL;
}
