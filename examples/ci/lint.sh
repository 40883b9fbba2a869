#!/bin/sh
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Is people.yml an inventory? Of somebody who stands there twice, or below a key that it does not know, Ansible only warns.
failed=0
said=$(ansible-playbook -i people.yml community.onelogin.onboard --syntax-check 2>&1) || failed=1
echo "$said"
case $said in *"[WARNING]"*) failed=1 ;; esac
exit "$failed"
