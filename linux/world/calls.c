// SPDX-License-Identifier: GPL-2.0-only
/* What scenarios ask of the kernel, one by one: linux_calls on one side, ksim_kernel on the other.
 */
#include "linux/world/internal.h"

static int boot(void)
{
	return ksim_kernel.boot();
}

static int add_iommu(u32 number)
{
	return ksim_kernel.add_iommu(number);
}

static int add_device(u32 number, bool is_twice)
{
	return ksim_kernel.add_device(number, is_twice);
}

static void remove_device(u32 number)
{
	ksim_kernel.remove_device(number);
}

static int process_unmap(struct linux_process *process, const struct linux_area *area)
{
	const struct ksim_area wanted = world_area(area);

	return ksim_kernel.process_unmap(process, &wanted);
}

static int process_protect(struct linux_process *process, const struct linux_area *area)
{
	const struct ksim_area wanted = world_area(area);

	return ksim_kernel.process_protect(process, &wanted);
}

static u64 process_page(struct linux_process *process, u64 address)
{
	return ksim_kernel.process_page(process, address);
}

static int sva_bind(u32 device, struct linux_process *process, struct linux_bond *bond)
{
	struct ksim_bond made = {0};
	int err = ksim_kernel.sva_bind(device, process, &made);

	*bond = (struct linux_bond){made.handle, made.pasid};
	return err;
}

static void sva_unbind(const struct linux_bond *bond)
{
	const struct ksim_bond made = {bond->handle, bond->pasid};

	ksim_kernel.sva_unbind(&made);
}

static int space_create(u32 device, enum linux_handler handler, struct linux_space **domain)
{
	static const enum ksim_handler handlers[] = {
		[LINUX_HANDLER_NONE] = KSIM_HANDLER_NONE,
		[LINUX_HANDLER_MAPS] = KSIM_HANDLER_MAPS,
		[LINUX_HANDLER_KEEPS] = KSIM_HANDLER_KEEPS,
	};

	return ksim_kernel.space_create(device, handlers[handler], (void **)domain);
}

static void space_free(struct linux_space *domain)
{
	ksim_kernel.space_free(domain);
}

static int space_attach(struct linux_space *domain, u32 device)
{
	return ksim_kernel.space_attach(domain, device);
}

static void space_detach(struct linux_space *domain, u32 device)
{
	ksim_kernel.space_detach(domain, device);
}

static int space_map(struct linux_space *domain, const struct linux_area *area)
{
	const struct ksim_area wanted = world_area(area);

	return ksim_kernel.space_map(domain, &wanted);
}

static int space_unmap(struct linux_space *domain, const struct linux_area *area)
{
	const struct ksim_area wanted = world_area(area);

	return ksim_kernel.space_unmap(domain, &wanted);
}

static u64 space_page(struct linux_space *domain, u64 iova)
{
	return ksim_kernel.space_page(domain, iova);
}

static int claim(u32 device)
{
	return ksim_kernel.claim(device);
}

static void release_claim(u32 device)
{
	ksim_kernel.release_claim(device);
}

static u64 nr_objects(void)
{
	return ksim_kernel.nr_objects();
}

static const struct linux_calls calls = {
	.boot = boot,
	.add_iommu = add_iommu,
	.add_device = add_device,
	.remove_device = remove_device,
	.process_unmap = process_unmap,
	.process_protect = process_protect,
	.process_page = process_page,
	.sva_bind = sva_bind,
	.sva_unbind = sva_unbind,
	.space_create = space_create,
	.space_free = space_free,
	.space_attach = space_attach,
	.space_detach = space_detach,
	.space_map = space_map,
	.space_unmap = space_unmap,
	.space_page = space_page,
	.claim = claim,
	.release_claim = release_claim,
	.nr_objects = nr_objects,
};

const struct linux_calls *linux_calls(void)
{
	return &calls;
}
