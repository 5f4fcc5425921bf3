"""Where the vendored files live; a new release changes this page only."""

VENDOR_FILES = {
    "tabler.css": "vendor/@tabler/core@1.6.1/tabler.min.css",
    "htmx.js": "vendor/htmx.org@4.0.1/htmx.min.js",
    "tom-select.js": "vendor/tom-select@2.6.2/tom-select.complete.min.js",
    "tom-select.css": "vendor/tom-select@2.6.2/tom-select.bootstrap5.min.css",
}
# Only pages that need them load these.
LAZY_FILES = {
    "plotly.js": "vendor/plotly.js-finance-dist-min@4.1.0/plotly-finance.min.js",
    "plotly-zh-CN.js": "vendor/plotly.js@4.1.0/plotly-locale-zh-cn.js",
    "gridstack.css": "vendor/gridstack@14.1.0/gridstack.min.css",
    "gridstack.js": "vendor/gridstack@14.1.0/gridstack-all.js",
    "sortable.js": "vendor/sortablejs@1.15.7/Sortable.min.js",
}
