/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of tls.handshake about authorities. */
#ifndef SEAMARK_VERDICT_TEXTS_TRUST_H
#define SEAMARK_VERDICT_TEXTS_TRUST_H

#include "user/verdict/text.h"

extern const struct text text_self_signed;
extern const struct text text_no_bundle;
extern const struct text text_no_intermediate;
extern const struct text text_private_authority;
extern const struct text text_unreadable;
extern const struct text text_unknown_client;
extern const struct text text_invalid_client;
extern const struct text fix_add_to_own_pool;
extern const struct text fix_trust_this_one;
extern const struct text fix_append_pem;
extern const struct text fix_real_certificate;
extern const struct text fix_right_variable;
extern const struct text fix_apk_add;
extern const struct text fix_apt_install;
extern const struct text fix_copy_bundle;
extern const struct text fix_install_bundle;
extern const struct text fix_point_to_bundle;
extern const struct text fix_full_chain;
extern const struct text fix_add_to_bundle;
extern const struct text fix_readable;
extern const struct text fix_sign_client;
extern const struct text fix_add_client_authority;
extern const struct text fix_reissue_client;
extern const struct text fix_maybe_chain;

#endif
