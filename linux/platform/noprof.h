/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of the allocators that the platform layer defines. Since Linux 6.10 they are macros around
 * functions whose names end with _noprof.
 */
#ifndef LINUX_PLATFORM_NOPROF_H
#define LINUX_PLATFORM_NOPROF_H

#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#undef __alloc_pages
#undef __get_free_pages
#undef get_zeroed_page
#undef __kmalloc
#undef __kmalloc_node
#undef kmem_cache_alloc
#undef kmem_cache_alloc_lru
#undef kmem_cache_alloc_node
#undef kmem_cache_alloc_bulk
#undef krealloc
#undef vmalloc
#undef vzalloc
#undef kvmalloc_node
#undef __alloc_percpu
#define __alloc_pages __alloc_pages_noprof
#define __get_free_pages get_free_pages_noprof
#define get_zeroed_page get_zeroed_page_noprof
#define __kmalloc __kmalloc_noprof
#define __kmalloc_node_track_caller __kmalloc_node_track_caller_noprof
#define kmalloc_trace __kmalloc_cache_noprof
#define kmalloc_node_trace __kmalloc_cache_node_noprof
#define kmalloc_large __kmalloc_large_noprof
#define kmem_cache_alloc kmem_cache_alloc_noprof
#define kmem_cache_alloc_lru kmem_cache_alloc_lru_noprof
#define kmem_cache_alloc_node kmem_cache_alloc_node_noprof
#define kmem_cache_alloc_bulk kmem_cache_alloc_bulk_noprof
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 2, 0)
#define krealloc krealloc_noprof
#endif
#define vmalloc vmalloc_noprof
#define vzalloc vzalloc_noprof
#endif

#endif
