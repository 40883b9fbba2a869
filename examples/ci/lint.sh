#!/bin/sh
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Checks that people.yml is a valid inventory. Ansible only warns about a duplicate host or an unknown key, so a warning fails, too.
failed=0
output=$(ansible-playbook -i people.yml community.onelogin.onboard --syntax-check 2>&1) || failed=1
echo "$output"
case $output in *"[WARNING]"*) failed=1 ;; esac
exit "$failed"
