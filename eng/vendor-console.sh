#!/bin/sh
# Brings the console's stylesheet and icons into the tree, so that a build and a running console need no registry.
# Run it after changing a version or the list of icons, and commit the outcome.
set -eu

tabler=1.6.1
icons=3.51.0
names="alert-triangle chevron-right circle-check copy device-desktop history key layout-dashboard list-details lock logout
menu-2 plus search shield user users users-group"

root=$(cd "$(dirname "$0")/.." && pwd)
target="$root/src/AdminUi/wwwroot/console/vendor"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$target" "$work/core" "$work/icons"
cd "$work"

npm pack --silent "@tabler/core@$tabler" "@tabler/icons@$icons" > /dev/null
tar xzf tabler-core-*.tgz -C core --strip-components 1
tar xzf tabler-icons-*.tgz -C icons --strip-components 1

# The source map is not shipped, so its mention would be a request for a missing file.
sed '/sourceMappingURL/d' core/dist/css/tabler.min.css > "$target/tabler.min.css"
cp icons/LICENSE "$target/LICENSE.txt"

{
    printf '<svg xmlns="http://www.w3.org/2000/svg">'
    for name in $names; do
        printf '<symbol id="%s" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">' "$name"
        tr '\n' ' ' < "icons/icons/outline/$name.svg" | sed -e 's/<!--.*-->//' -e 's/.*<svg[^>]*>//' -e 's/<\/svg>.*//' -e 's/  */ /g' -e 's/> </></g' -e 's/^ //' -e 's/ $//'
        printf '</symbol>'
    done
    printf '</svg>\n'
} > "$target/icons.svg"
