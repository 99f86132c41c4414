/* SPDX-License-Identifier: GPL-2.0 */
/* Every line of ours in the log says whose it is; read before printk.h. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
