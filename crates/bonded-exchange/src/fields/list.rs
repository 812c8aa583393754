//! 保税核注清单 (INV).

use super::Type::{Day, Decimal, Exactly, Time, UpTo, Whole};
use super::{Dialect, Field, RecordKind, field};

/// 核注清单表头. The last three fields came after 2017.
pub static BOND_INVT_BSC: RecordKind = RecordKind {
    name: "BondInvtBsc",
    chinese: "核注清单表头",
    dialect: Dialect::Customs,
    fields: &[
        field("bondInvtNo", "保税清单编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("invtPreentNo", "清单预录入编号", UpTo(64)),
        field("putrecNo", "备案编号", UpTo(64)),
        field("etpsInnerInvtNo", "企业内部清单编号", UpTo(64)),
        field("bizopEtpsSccd", "经营企业社会信用代码", Exactly(18)),
        field("bizopEtpsno", "经营企业编号", Exactly(10)),
        field("bizopEtpsNm", "经营企业名称", UpTo(512)),
        field("rvsngdEtpsSccd", "收发货企业社会信用代码", Exactly(18)),
        field("rcvgdEtpsno", "收货企业编号", Exactly(10)),
        field("rcvgdEtpsNm", "收货企业名称", UpTo(512)),
        field("dclEtpsSccd", "申报企业社会信用代码", Exactly(18)),
        field("dclEtpsno", "申报企业编号", Exactly(10)),
        field("dclEtpsNm", "申报企业名称", UpTo(512)),
        field("invtDclTime", "清单申报日期", Time),
        field("entryDclTime", "报关单申报时间", Time),
        field("entryNo", "报关单编号", UpTo(64)),
        field("rltInvtNo", "关联清单编号", UpTo(64)),
        field("rltPutrecNo", "关联备案编号", UpTo(64)),
        field("rltEntryNo", "关联报关单编号", UpTo(64)),
        field(
            "rltEntryBizopEtpsSccd",
            "关联报关单经营企业社会信用代码",
            Exactly(18),
        ),
        field("rltEntryBizopEtpsno", "关联报关单经营企业编号", Exactly(10)),
        field("rltEntryBizopEtpsNm", "关联报关单经营企业名称", UpTo(512)),
        field("impexpPortcd", "进出口口岸代码", Exactly(4)),
        field("dclPlcCuscd", "申报地关区代码", Exactly(4)),
        field("impexpMarkcd", "进出口标记代码", Exactly(1)).codes(&[("I", "进口"), ("E", "出口")]),
        field("mtpckEndprdMarkcd", "料件成品标记代码", Exactly(1))
            .codes(&[("I", "料件"), ("E", "成品")]),
        field("supvModecd", "监管方式代码", UpTo(6)),
        field("trspModecd", "运输方式代码", UpTo(6)),
        field("stshipTrsarvNatcd", "起运运抵国别代码", Exactly(3)),
        field("applyNo", "申请编号", UpTo(64)),
        field("dclcusFlag", "是否报关标志", Exactly(1)).codes(&[("1", "报关"), ("2", "非报关")]),
        field("dclcusTypecd", "报关类型代码", UpTo(25))
            .codes(&[("1", "关联报关"), ("2", "对应报关")]),
        field("prevdTime", "预核扣时间", Time),
        field("formalVrfdedTime", "正式核扣时间", Time),
        field("invtIochkptStucd", "清单进出卡口状态代码", Exactly(1)).codes(&[
            ("1", "未过卡"),
            ("2", "部分过卡"),
            ("3", "全部过卡"),
        ]),
        field("vrfdedMarkcd", "核扣标记代码", Exactly(1)).codes(&[
            ("0", "未核扣"),
            ("1", "预核扣"),
            ("2", "已核扣"),
            ("3", "已核销"),
        ]),
        field("invtStucd", "清单状态代码", Exactly(1)).codes(&[
            ("0", "审核通过"),
            ("1", "申报"),
            ("2", "退单"),
            ("3", "删单"),
        ]),
        field("vrfdedModecd", "核扣方式代码", UpTo(4)).codes(&[
            ("D", "正扣"),
            ("F", "反扣"),
            ("N", "不扣"),
            ("NF", "不扣但检查余量"),
            ("E", "保税仓扣减"),
        ]),
        field("duCode", "核算代码", UpTo(4)),
        field("rmk", "备注", UpTo(4000)),
        field("bondInvtTypecd", "清单类型", UpTo(1)).codes(&[
            ("0", "普通"),
            ("1", "集报"),
            ("3", "先入区后报关"),
            ("4", "简单加工"),
            ("5", "保税展示交易"),
            ("6", "区内流转"),
            ("7", "区港联动"),
            ("8", "保税电商"),
            ("9", "一纳成品内销"),
        ]),
        field("entryStucd", "报关状态", UpTo(1)).codes(&[("0", "未放行"), ("1", "已放行")]),
        field("passportUsedTypecd", "核放单生成标志代码", UpTo(1)).codes(&[
            ("1", "未生成"),
            ("2", "部分生成"),
            ("3", "已生成"),
        ]),
        field("param1", "备用1", UpTo(64)),
        field("param2", "备用2", UpTo(64)),
        field("param3", "备用3", Decimal(19, 5)),
        field("param4", "备用4", Time),
        field("needEntryModified", "报关单同步修改标志", UpTo(1)),
        field("levyBlAmt", "计征金额", Decimal(25, 5)),
        field("dclTypecd", "申报类型代码", UpTo(25)).codes(&[
            ("1", "备案"),
            ("2", "变更"),
            ("3", "删除、作废"),
        ]),
    ],
};

/// A line of a list: of the goods, and of what is processed simply (简单加工).
const LINE: &[Field] = &[
    field("bondInvtNo", "保税清单编号", UpTo(64)),
    field("chgTmsCnt", "变更次数", Whole(19)),
    field("gdsSeqno", "商品序号", Whole(19)),
    field("putrecSeqno", "备案序号", Whole(19)),
    field("gdsMtno", "商品料号", UpTo(32)),
    field("gdecd", "商品编码", Exactly(10)),
    field("gdsNm", "商品名称", UpTo(512)),
    field("gdsSpcfModelDesc", "商品规格型号描述", UpTo(512)),
    field("dclUnitcd", "申报计量单位", Exactly(3)),
    field("lawfUnitcd", "法定计量单位", Exactly(3)),
    field("secdLawfUnitcd", "法定第二计量", Exactly(3)),
    field("natcd", "国别代码", Exactly(3)),
    field("dclUprcAmt", "申报单价金额", Decimal(25, 5)),
    field("dclTotalAmt", "申报总金额", Decimal(25, 5)),
    field("usdStatTotalAmt", "美元统计总金额", Decimal(25, 5)),
    field("dclCurrcd", "申报币制代码", Exactly(3)),
    field("lawfQty", "法定数量", Decimal(19, 5)),
    field("secdLawfQty", "第二法定数量", Decimal(19, 5)),
    field("wtSfVal", "重量比例因子值", Decimal(19, 5)),
    field("fstSfVal", "第一比例因子", Decimal(19, 5)),
    field("secdSfVal", "第二比例因子", Decimal(19, 5)),
    field("dclQty", "申报数量", Decimal(19, 5)),
    field("grossWt", "毛重量", Decimal(19, 5)),
    field("netWt", "净重量", Decimal(19, 5)),
    field("useCd", "用途代码", UpTo(4)),
    field("lvyrlfModecd", "征减免方式代码", UpTo(6)).codes(&[
        ("1", "照章征税"),
        ("2", "折半征税"),
        ("3", "全免"),
        ("4", "特案"),
        ("5", "随征免性质"),
        ("6", "保证金"),
        ("7", "保函"),
        ("8", "折半补税"),
        ("9", "全额退税"),
    ]),
    field("ucnsVerno", "账册备案单耗明细版本号", UpTo(8)),
    field("entryGdsSeqno", "报关单商品序号", Whole(19)),
    field("applyTbSeqno", "申请表序号", Whole(19)),
    field("clyMarkcd", "归类标记代码", UpTo(4)),
    field("rmk", "备注", UpTo(4000)),
    field("actlPassQty", "实际过卡数量", Decimal(19, 5)),
    field("passportUsedQty", "核放单已用数量", Decimal(19, 5)),
    field("param1", "备用1", UpTo(64)),
    field("param2", "备用2", UpTo(64)),
    field("param3", "备用3", Decimal(19, 5)),
    field("param4", "备用4", Time),
    field("destinationNatcd", "最终目的国", Exactly(3)),
    field("modfMarkcd", "修改标志代码", Exactly(1)).codes(&[
        ("0", "未修改"),
        ("1", "修改"),
        ("2", "删除"),
        ("3", "增加"),
    ]),
];

/// 核注清单表体. The last two fields came after 2017.
pub static BOND_INVT_DT: RecordKind = RecordKind {
    name: "BondInvtDt",
    chinese: "核注清单表体",
    dialect: Dialect::Customs,
    fields: LINE,
};

/// 简单加工、一纳成品: the fields of a line.
pub static BOND_INVT_DT_SIMPLE: RecordKind = RecordKind {
    name: "BondInvtDtSimple",
    chinese: "简单加工料件",
    dialect: Dialect::Customs,
    fields: LINE,
};

/// 核注清单随附单证.
pub static BOND_INVT_ACMP_FORM_DT: RecordKind = RecordKind {
    name: "BondInvtAcmpFormDt",
    chinese: "核注清单随附单证",
    dialect: Dialect::Customs,
    fields: &[
        field("bondInvtNo", "保税清单编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("acmpFormSeqno", "随附单证序号", Whole(19)),
        field("invtGdsSeqno", "清单商品序号", Whole(19)),
        field("formTypecd", "单证类型代码", UpTo(25)),
        field("formNo", "单证编号", UpTo(64)),
        field("fixdNo", "固定编号", UpTo(64)),
        field("acmpFormFileNm", "随附单证文件名称", UpTo(512)),
        field("rmk", "备注", UpTo(4000)),
    ],
};

/// 集报: the warehouse slip that a list collects.
pub static SAS_CENT_DCL_STOCK: RecordKind = RecordKind {
    name: "SasCentDclStock",
    chinese: "集报出入库单",
    dialect: Dialect::Customs,
    fields: &[
        field("bondInvtNo", "保税清单编号", UpTo(64)),
        field("sasStockNo", "出入库单编号", UpTo(18)),
    ],
};

/// 核注清单表头, as the client takes it. Required: to declare.
pub static INVT_HEAD_TYPE: RecordKind = RecordKind {
    name: "InvtHeadType",
    chinese: "核注清单表头",
    dialect: Dialect::Client,
    fields: &[
        field("SeqNo", "清单预录入统一编号", Exactly(18)),
        field("BondInvtNo", "清单编号", UpTo(64)),
        field("ChgTmsCnt", "修改变更次数", Whole(19)),
        field("PutrecNo", "备案编号", UpTo(64)).required(),
        field("InvtType", "清单类型", UpTo(1)).required().codes(&[
            ("0", "普通清单"),
            ("1", "集报清单"),
            ("3", "先入区后报关"),
            ("4", "简单加工"),
            ("5", "保税展示交易"),
            ("6", "区内流转"),
            ("7", "区港联动"),
            ("8", "保税电商"),
            ("9", "一纳成品内销"),
        ]),
        field("EtpsInnerInvtNo", "企业内部清单编号", UpTo(64)),
        field("BizopEtpsno", "经营企业编号", Exactly(10)).required(),
        field("BizopEtpsSccd", "经营企业社会信用代码", Exactly(18)),
        field("BizopEtpsNm", "经营企业名称", UpTo(512)).required(),
        field("RcvgdEtpsno", "收货企业编号", Exactly(10)).required(),
        field("RvsngdEtpsSccd", "社会信用代码", Exactly(18)),
        field("RcvgdEtpsNm", "收货企业名称", UpTo(512)).required(),
        field("DclEtpsno", "申报企业编号", Exactly(10)).required(),
        field("DclEtpsSccd", "申报企业社会信用代码", Exactly(18)),
        field("DclEtpsNm", "申报企业名称", UpTo(512)).required(),
        field("InputCode", "录入企业编号", Exactly(10)).required(),
        field("InputCreditCode", "录入企业社会信用代码", Exactly(18)),
        field("InputName", "录入单位名称", UpTo(255)).required(),
        field("InputTime", "录入日期", Day),
        field("RltInvtNo", "关联清单编号", UpTo(64)),
        field("RltPutrecNo", "关联备案编号", UpTo(64)),
        field("CorrEntryDclEtpsNo", "对应报关单申报单位代码", Exactly(10)),
        field(
            "CorrEntryDclEtpsSccd",
            "对应报关单申报单位社会统一信用代码",
            Exactly(18),
        ),
        field("CorrEntryDclEtpsNm", "对应报关单申报单位名称", UpTo(512)),
        field(
            "RltEntryBizopEtpsno",
            "关联报关单境内收发货人编号",
            Exactly(10),
        ),
        field(
            "RltEntryBizopEtpsSccd",
            "关联报关单境内收发货人社会信用代码",
            Exactly(18),
        ),
        field(
            "RltEntryBizopEtpsNm",
            "关联报关单境内收发货人名称",
            UpTo(512),
        ),
        field(
            "RltEntryRcvgdEtpsno",
            "关联报关单海关收发货单位编码",
            Exactly(10),
        ),
        field(
            "RltEntryRvsngdEtpsSccd",
            "关联报关单收发货单位社会统一信用代码",
            Exactly(18),
        ),
        field("RltEntryRcvgdEtpsNm", "关联报关单收发货单位名称", UpTo(512)),
        field(
            "RltEntryDclEtpsno",
            "关联报关单海关申报单位编码",
            Exactly(10),
        ),
        field(
            "RltEntryDclEtpsSccd",
            "关联报关单申报单位社会统一信用代码",
            Exactly(18),
        ),
        field("RltEntryDclEtpsNm", "关联报关单申报单位名称", UpTo(512)),
        field("ImpexpPortcd", "进出境关别", Exactly(4)).required(),
        field("DclPlcCuscd", "申报地关区代码", Exactly(4)).required(),
        field("ImpexpMarkcd", "进出口标记代码", Exactly(1))
            .required()
            .codes(&[("I", "进口"), ("E", "出口")]),
        field("MtpckEndprdMarkcd", "料件成品标记代码", Exactly(1))
            .required()
            .codes(&[("I", "料件"), ("E", "成品")]),
        field("SupvModecd", "监管方式代码", Exactly(4)).required(),
        field("TrspModecd", "运输方式代码", Exactly(1)).required(),
        field("ApplyNo", "申请表编号", UpTo(64)),
        field("ListType", "流转类型", UpTo(1)).codes(&[
            ("A", "加工贸易深加工结转"),
            ("B", "加工贸易余料结转"),
            ("C", "不作价设备结转"),
            ("D", "区间深加工结转"),
            ("E", "区间料件结转"),
            ("Y", "一纳企业进出区"),
        ]),
        field("DclcusFlag", "是否报关标志", Exactly(1))
            .required()
            .codes(&[("1", "报关"), ("2", "非报关")]),
        field("DclcusTypecd", "报关类型代码", UpTo(25))
            .codes(&[("1", "关联报关"), ("2", "对应报关")]),
        field("IcCardNo", "申报人IC卡号", UpTo(20)),
        field("DecType", "报关单类型", UpTo(1)),
        field("Rmk", "备注", UpTo(4000)),
        field("StshipTrsarvNatcd", "起运/运抵国", Exactly(3)).required(),
        field("EntryNo", "对应报关单编号", UpTo(64)),
        field("RltEntryNo", "关联报关单编号", UpTo(64)),
        field("DclTypecd", "申报类型", UpTo(1)).required().codes(&[
            ("1", "备案"),
            ("2", "变更"),
            ("3", "删除、作废"),
        ]),
        field("GenDecFlag", "是否生成报关单", UpTo(2))
            .required()
            .codes(&[("1", "生成"), ("2", "不生成")]),
        field("InvtDclTime", "清单申报时间", Day),
        field("VrfdedMarkcd", "核扣标记代码", Exactly(1)).codes(&[
            ("0", "未核扣"),
            ("1", "预核扣"),
            ("2", "已核扣"),
            ("3", "已核销"),
        ]),
        field("InvtIochkptStucd", "清单进出卡口状态代码", Exactly(1)).codes(&[
            ("1", "未过卡"),
            ("2", "部分过卡"),
            ("3", "全部过卡"),
        ]),
        field("EntryStucd", "报关状态", UpTo(1)).codes(&[("0", "未放行"), ("1", "已放行")]),
        field("PassportUsedTypeCd", "核放单生成标志代码", UpTo(1)).codes(&[
            ("1", "未生成"),
            ("2", "部分生成"),
            ("3", "已生成"),
        ]),
        field("NeedEntryModified", "报关单同步修改标志", UpTo(1)),
        field("LevyBlAmt", "计征金额", Decimal(25, 5)),
        field("ListStat", "清单状态", UpTo(4)).codes(&[
            ("0", "审核通过"),
            ("1", "申报"),
            ("2", "退单"),
            ("3", "删单"),
        ]),
        field("AddTime", "添加时间", Time),
    ],
};

/// The same, as the client takes it.
const CLIENT_LINE: &[Field] = &[
    field("SeqNo", "中心统一编号", Exactly(18)),
    field("GdsSeqno", "商品序号", Whole(19)).required(),
    field("PutrecSeqno", "备案序号", Whole(19)).required(),
    field("GdsMtno", "商品料号", UpTo(32)).required(),
    field("Gdecd", "商品编码", Exactly(10)).required(),
    field("GdsNm", "商品名称", UpTo(512)).required(),
    field("GdsSpcfModelDesc", "商品规格型号", UpTo(255)).required(),
    field("DclUnitcd", "申报计量单位", Exactly(3)).required(),
    field("LawfUnitcd", "法定计量单位", Exactly(3)),
    field("SecdLawfUnitcd", "法定第二计量", Exactly(3)),
    field("Natcd", "原产国", Exactly(3)).required(),
    field("DclUprcAmt", "企业申报单价", Decimal(18, 4)).required(),
    field("DclTotalAmt", "企业申报总价", Decimal(17, 2)).required(),
    field("UsdStatTotalAmt", "美元统计总金额", Decimal(25, 5)),
    field("DclCurrcd", "币制", Exactly(3)).required(),
    field("LawfQty", "法定数量", Decimal(19, 5)).required(),
    field("SecdLawfQty", "第二法定数量", Decimal(19, 5)),
    field("WtSfVal", "重量比例因子", Decimal(19, 5)),
    field("FstSfVal", "第一比例因子", Decimal(19, 5)),
    field("SecdSfVal", "第二比例因子", Decimal(19, 5)),
    field("DclQty", "申报数量", Decimal(19, 5)).required(),
    field("GrossWt", "毛重", Decimal(19, 5)),
    field("NetWt", "净重", Decimal(19, 5)),
    field("LvyrlfModecd", "征免方式", UpTo(6))
        .required()
        .codes(&[
            ("1", "照章征税"),
            ("2", "折半征税"),
            ("3", "全免"),
            ("4", "特案"),
            ("5", "随征免性质"),
            ("6", "保证金"),
            ("7", "保函"),
            ("8", "折半补税"),
            ("9", "全额退税"),
        ]),
    field("UcnsVerno", "单耗版本号", UpTo(8)),
    field("ClyMarkcd", "归类标志", UpTo(4)),
    field("EntryGdsSeqno", "报关单商品序号", Whole(19)),
    field("ApplyTbSeqno", "流转申报表序号", Whole(19)),
    field("DestinationNatcd", "最终目的国", Exactly(3)).required(),
    field("ModfMarkcd", "修改标志", Exactly(1))
        .required()
        .codes(&[("0", "未修改"), ("1", "修改"), ("2", "删除"), ("3", "增加")]),
    field("Rmk", "备注", UpTo(4000)),
    field("Param1", "来源标识", UpTo(64)).codes(&[
        ("1", "境外重点料件"),
        ("2", "境外普通料件"),
        ("3", "国内采购料件"),
        ("4", "专账成品转入料件"),
    ]),
    field("UseCd", "用途代码", UpTo(4)),
];

/// 核注清单表体, as the client takes it. Required: to declare.
pub static INVT_LIST_TYPE: RecordKind = RecordKind {
    name: "InvtListType",
    chinese: "核注清单表体",
    dialect: Dialect::Client,
    fields: CLIENT_LINE,
};

/// 简单加工料件、一纳成品: the fields of a line.
pub static INVT_GOODS_TYPE: RecordKind = RecordKind {
    name: "InvtGoodsType",
    chinese: "简单加工料件",
    dialect: Dialect::Client,
    fields: CLIENT_LINE,
};

/// 集报出入库单.
pub static INVT_WAREHOUSE_TYPE: RecordKind = RecordKind {
    name: "InvtWarehouseType",
    chinese: "集报出入库单",
    dialect: Dialect::Client,
    fields: &[
        field("SeqNo", "中心统一编号", UpTo(18)),
        field("GNo", "序号", Whole(19)),
        field("BondInvtNo", "清单编号", UpTo(64)),
        field("SasStockNo", "出入库单编号", UpTo(18)),
    ],
};

/// 保税电商清单.
pub static INVT_CBEC_BILL: RecordKind = RecordKind {
    name: "InvtCbecBill",
    chinese: "电商清单",
    dialect: Dialect::Client,
    fields: &[
        field("SeqNo", "中心统一编号", UpTo(18)),
        field("BondInvtNo", "清单编号", UpTo(64)),
        field("CbecBillNo", "电商清单编号", UpTo(18)),
    ],
};
