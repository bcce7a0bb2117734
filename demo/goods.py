"""What the shop sells. Prices in fen (integers); popularity are weights within a category."""

from typing import NamedTuple


class Product(NamedTuple):
    sku: str
    name: str
    category: str
    fen: int
    popularity: int


CATEGORIES = ("茶叶", "坚果", "糕点", "茶具", "礼盒")

PRODUCTS = (
    Product("CY-LJ100", "明前龙井 100g", "茶叶", 16800, 8),
    Product("CY-TGY250", "安溪铁观音 250g", "茶叶", 9800, 10),
    Product("CY-PE357", "云南普洱饼 357g", "茶叶", 13900, 6),
    Product("CY-BMJ50", "白牡丹 50g", "茶叶", 8900, 5),
    Product("CY-HC200", "祁门红茶 200g", "茶叶", 7600, 9),
    Product("CY-MLH100", "茉莉花茶 100g", "茶叶", 3900, 12),
    Product("JG-HT500", "临安山核桃 500g", "坚果", 6900, 8),
    Product("JG-YG250", "原味腰果 250g", "坚果", 4500, 10),
    Product("JG-HH300", "混合坚果 300g", "坚果", 5900, 12),
    Product("JG-SZ400", "迁西板栗仁 400g", "坚果", 2990, 9),
    Product("GD-LDG", "桂花绿豆糕 12 枚", "糕点", 2680, 12),
    Product("GD-XHB", "鲜花饼 10 枚", "糕点", 3280, 11),
    Product("GD-FLS", "凤梨酥 8 枚", "糕点", 3990, 8),
    Product("GD-HTS", "核桃酥 500g", "糕点", 2580, 7),
    Product("CJ-GW", "白瓷盖碗", "茶具", 8800, 8),
    Product("CJ-ZSH", "宜兴紫砂壶", "茶具", 36800, 3),
    Product("CJ-BLB", "玻璃公道杯", "茶具", 4900, 9),
    Product("LH-ZQ", "中秋茶点礼盒", "礼盒", 19800, 7),
    Product("LH-NH", "年货坚果礼盒", "礼盒", 16800, 9),
    Product("LH-SC", "山间四季茶礼", "礼盒", 29800, 4),
)
